import Ledger

/// Where the files of one log lie. The reference is docs/reference/ledger-format.md.
struct LogDirectory: Hashable, Sendable {
    /// The number of entries of one journal segment.
    static let segmentEntries: UInt64 = 65_536

    let path: String

    init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    var checkpoint: String { self.path + "/checkpoint" }
    var lock: String { self.path + "/lock" }
    var journal: String { self.path + "/journal" }
    var tiles: String { self.path + "/tile" }
    /// Files under construction: they are renamed to their place when they are whole.
    var temporary: String { self.path + "/tmp" }

    func tile(_ tile: TilePath) -> String { self.path + "/" + tile.description }

    func segment(_ start: UInt64) -> String { self.journal + "/" + Self.segmentName(start) }

    /// The directory in which a path lies.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func segmentName(_ start: UInt64) -> String {
        let digits = String(start)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }

    /// The first index of the segment that holds entry `index`.
    static func segmentStart(_ index: UInt64) -> UInt64 {
        index / Self.segmentEntries * Self.segmentEntries
    }

    /// The first indices of the segments that are there, in order; other names are passed over.
    func segments() throws(LogFault) -> [UInt64] {
        var starts: [UInt64] = []
        for name in try ReadableFile.names(self.journal) {
            if let start = UInt64(name), Self.segmentName(start) == name {
                starts.append(start)
            }
        }
        return starts
    }
}
