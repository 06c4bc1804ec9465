import ReleaseModel
import StageControl

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How far time zones are from UTC, by the system's database (TZif, RFC 9636). Each file is read once.
///
/// Of a zone that is not known, or not known so far ahead, no offset is given: the windows that are told in it are then
/// closed, and nothing more opens.
struct ZoneTable: Sendable {
    private let directory: String
    private var zones: [String: TimeZoneFile?] = [:]

    init(directory: String = "/usr/share/zoneinfo") {
        self.directory = directory
    }

    /// The offsets of the zones of some windows at a moment.
    mutating func offsets(of windows: [ChangeWindow], at now: Timestamp) -> [ZoneOffset] {
        let names = Dictionary(windows.map { ($0.timeZone.description, $0.timeZone) }) { first, _ in first }
        return names.sorted { $0.key < $1.key }.compactMap { name, zone in
            self.seconds(of: name, at: now).map { ZoneOffset(zone: zone, minutes: $0 / 60) }
        }
    }

    private mutating func seconds(of name: String, at now: Timestamp) -> Int? {
        if name == "UTC" { return 0 }
        if self.zones[name] == nil {
            self.zones[name] = .some(Self.read("\(self.directory)/\(name)").flatMap { TimeZoneFile($0) })
        }
        return self.zones[name]??.seconds(at: now.milliseconds / 1_000)
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var count = 0
        while count < bytes.count {
            let more = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe readBytes(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            guard more >= 0 else { return nil }
            if more == 0 { break }
            count += more
        }
        return Array(bytes.prefix(count))
    }
}

// Inside the type the name is the method's own.
private func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, buffer, count)
}

/// A zone's history, as a TZif file of version 2 or later tells it.
struct TimeZoneFile: Sendable {
    private var transitions: [(from: Int64, seconds: Int)] = []
    private var first = 0
    /// Whether a rule goes on after the last transition, which is not read here.
    private var goesOn = false

    /// Reads a file; nil if it is none, or cut short.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        // The first block has 32-bit times, for readers of long ago.
        guard let old = reader.header(), reader.skip(old.length(ofTime: 4)), let header = reader.header() else {
            return nil
        }
        let start = reader.position
        guard bytes.count >= start + header.length(ofTime: 8) else { return nil }
        let types = start + header.times * 9
        func seconds(_ type: Int) -> Int? {
            guard type < header.types else { return nil }
            return Reader(bytes: bytes, position: types + 6 * type).word().map { Int(Int32(bitPattern: $0)) }
        }
        for index in 0..<header.times {
            let place = Reader(bytes: bytes, position: start + 8 * index)
            let type = Int(bytes[start + header.times * 8 + index])
            guard let from = place.long(), let offset = seconds(type) else { return nil }
            self.transitions.append((from, offset))
        }
        guard let first = seconds(0) else { return nil }
        self.first = first
        let footer = bytes.dropFirst(start + header.length(ofTime: 8))
        self.goesOn = footer.contains(UInt8(ascii: ","))
    }

    /// Seconds to add to UTC; nil beyond what is known.
    func seconds(at moment: Int64) -> Int? {
        guard let last = self.transitions.last else { return self.goesOn ? nil : self.first }
        if moment >= last.from { return self.goesOn ? nil : last.seconds }
        return self.transitions.last { $0.from <= moment }?.seconds ?? self.first
    }

    private struct Header {
        var universal = 0, standard = 0, leaps = 0, times = 0, types = 0, letters = 0

        func length(ofTime size: Int) -> Int {
            self.times * (size + 1) + self.types * 6 + self.letters + self.leaps * (size + 4) + self.standard
                + self.universal
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        func word() -> UInt32? {
            guard self.position + 4 <= self.bytes.count else { return nil }
            return self.bytes[self.position..<self.position + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }

        func long() -> Int64? {
            guard self.position + 8 <= self.bytes.count else { return nil }
            return Int64(
                bitPattern: self.bytes[self.position..<self.position + 8].reduce(0) { $0 << 8 | UInt64($1) })
        }

        mutating func skip(_ count: Int) -> Bool {
            self.position += count
            return self.position <= self.bytes.count
        }

        mutating func header() -> Header? {
            guard self.bytes.dropFirst(self.position).starts(with: "TZif".utf8), self.skip(20) else { return nil }
            var counts: [Int] = []
            for _ in 0..<6 {
                guard let count = self.word(), count < 1 << 16, self.skip(4) else { return nil }
                counts.append(Int(count))
            }
            return Header(
                universal: counts[0], standard: counts[1], leaps: counts[2], times: counts[3], types: counts[4],
                letters: counts[5])
        }
    }
}
