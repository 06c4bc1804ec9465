/// Why the bytes of a bundle are not the entries that its name promises.
public enum BundleFault: Error, Hashable, Sendable {
    /// The bytes end inside the entry at this place of the bundle.
    case truncated(at: Int)
    /// The bundle has another number of entries than its width.
    case wrongCount(expected: Int, actual: Int)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .truncated: "bundle_truncated"
        case .wrongCount: "bundle_wrong_count"
        }
    }
}

/// A run of up to 256 entries as they are stored and served (c2sp.org/tlog-tiles, "Log entries").
///
/// Each entry is its length in two bytes, the higher first, and then its bytes.
public enum EntryBundle {
    /// The most bytes of one entry.
    public static let maximumEntryBytes = Int(UInt16.max)

    /// The bytes of these entries.
    ///
    /// Precondition: none is above 65,535 bytes.
    public static func encode(_ entries: some Collection<[UInt8]>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + 2 + $1.count })
        for entry in entries {
            unsafe Self.append(entry.span.bytes, to: &bytes)
        }
        return bytes
    }

    /// Adds one entry to the end of a bundle.
    ///
    /// Precondition: it is not above 65,535 bytes.
    public static func append(_ entry: RawSpan, to bytes: inout [UInt8]) {
        precondition(entry.byteCount <= Self.maximumEntryBytes, "an entry is at most 65,535 bytes")
        bytes.append(UInt8(truncatingIfNeeded: entry.byteCount >> 8))
        bytes.append(UInt8(truncatingIfNeeded: entry.byteCount))
        unsafe entry.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// Where each entry of a bundle lies, without its length.
    ///
    /// Throws ``BundleFault`` if the bytes are not exactly `width` entries.
    public static func ranges(_ bytes: [UInt8], width: Int) throws(BundleFault) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(width)
        var offset = 0
        while offset < bytes.count {
            guard offset + 2 <= bytes.count else { throw .truncated(at: ranges.count) }
            let start = offset + 2
            let end = start + (Int(bytes[offset]) << 8 | Int(bytes[offset + 1]))
            guard end <= bytes.count else { throw .truncated(at: ranges.count) }
            ranges.append(start..<end)
            offset = end
        }
        guard ranges.count == width else { throw .wrongCount(expected: width, actual: ranges.count) }
        return ranges
    }

    /// The entries of a bundle of `width`.
    ///
    /// Throws ``BundleFault`` if the bytes are not exactly so many entries.
    public static func decode(_ bytes: [UInt8], width: Int) throws(BundleFault) -> [[UInt8]] {
        try Self.ranges(bytes, width: width).map { Array(bytes[$0]) }
    }
}
