/// The name of one tile or entry bundle of a log (c2sp.org/tlog-tiles).
///
/// `tile/<level>/<index>` holds 256 hashes of one level, `tile/entries/<index>` holds 256 entries; the last of
/// each kind may be partial and is then named with its width, `.p/<width>`.
public struct TilePath: Hashable, Sendable {
    /// The number of hashes or entries of a full tile.
    public static let fullWidth = 256
    /// The highest level that a tree of fewer than 2^63 leaves has, in steps of eight.
    public static let maximumLevel = 7

    /// What the tile holds.
    public enum Kind: Hashable, Sendable {
        /// Roots of complete subtrees of 256^level leaves.
        case hashes(level: Int)
        /// The entries themselves, as an ``EntryBundle``.
        case entries
    }

    /// What the tile holds.
    public let kind: Kind
    /// The place among the tiles of its kind, from 0.
    public let index: UInt64
    /// The number of hashes or entries, 1 to 256.
    public let width: Int

    /// A tile by its parts.
    ///
    /// Precondition: level 0 to 7, width 1 to 256, index below 2^55.
    public init(_ kind: Kind, index: UInt64, width: Int = TilePath.fullWidth) {
        if case .hashes(let level) = kind {
            precondition((0...Self.maximumLevel).contains(level), "no tree has tiles of level \(level)")
        }
        precondition((1...Self.fullWidth).contains(width), "a tile holds 1 to 256")
        precondition(index < 1 << 55, "no log has so many tiles")
        self.kind = kind
        self.index = index
        self.width = width
    }

    /// Reads a path as a client asks for it, or answers nil for anything but the one spelling of a tile.
    public init?(_ path: some StringProtocol) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "tile" else { return nil }
        if parts[1] == "entries" {
            self.kind = .entries
        } else if let level = Checkpoint.size(parts[1]), level <= UInt64(Self.maximumLevel) {
            self.kind = .hashes(level: Int(level))
        } else {
            return nil
        }
        var width = Self.fullWidth
        if parts.count >= 4, parts[parts.count - 2].hasSuffix(".p") {
            guard let partial = Checkpoint.size(parts[parts.count - 1]), (1..<256).contains(partial) else { return nil }
            width = Int(partial)
            parts.removeLast()
            parts[parts.count - 1].removeLast(2)
        }
        guard let index = Self.index(parts[2...]) else { return nil }
        self.index = index
        self.width = width
    }

    /// Reads groups of three digits, all but the last marked by `x`; the first group is not zero unless it is the last.
    private static func index(_ groups: ArraySlice<some StringProtocol>) -> UInt64? {
        guard groups.count <= 6 else { return nil }
        var index: UInt64 = 0
        for (position, group) in groups.enumerated() {
            let isLast = position == groups.count - 1
            guard isLast || group.hasPrefix("x") else { return nil }
            let digits = isLast ? Array(group.utf8) : Array(group.utf8.dropFirst())
            guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            let value = digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }
            guard isLast || position > 0 || value > 0 else { return nil }
            index = index * 1000 + value
        }
        return index < 1 << 55 ? index : nil
    }

    /// Says whether the tile will never change.
    public var isFull: Bool { self.width == Self.fullWidth }

    /// The full tile at the same place.
    public var full: TilePath { TilePath(self.kind, index: self.index) }

    /// The number of bytes of a tile of hashes; the size of a bundle depends on its entries.
    public var hashBytes: Int { self.width * Digest256.byteCount }

    /// The directory of the tile's partial versions, `tile/0/001.p`.
    public var partialDirectory: String { self.full.description + ".p" }

    /// Every tile of hashes and every bundle of a log of `size` entries: level by level, bundles last.
    public static func all(size: UInt64) -> [TilePath] {
        var paths: [TilePath] = []
        for level in 0...Self.maximumLevel where size >> UInt64(8 * level) > 0 {
            paths += Self.row(.hashes(level: level), count: size >> UInt64(8 * level))
        }
        return paths + Self.row(.entries, count: size)
    }

    /// The partial tiles of a log of `size` entries: at most one a level, and the last bundle.
    public static func partial(size: UInt64) -> [TilePath] {
        var paths: [TilePath] = []
        for level in 0...Self.maximumLevel {
            let count = size >> UInt64(8 * level)
            if count % 256 != 0 {
                paths.append(TilePath(.hashes(level: level), index: count / 256, width: Int(count % 256)))
            }
        }
        if size % 256 != 0 {
            paths.append(TilePath(.entries, index: size / 256, width: Int(size % 256)))
        }
        return paths
    }

    private static func row(_ kind: Kind, count: UInt64) -> [TilePath] {
        var paths = (0..<count / 256).map { TilePath(kind, index: $0) }
        if count % 256 != 0 {
            paths.append(TilePath(kind, index: count / 256, width: Int(count % 256)))
        }
        return paths
    }
}

extension TilePath: CustomStringConvertible {
    /// The path under the log's prefix, such as `tile/0/x001/x234/067` or `tile/entries/001.p/44`.
    public var description: String {
        var groups: [String] = []
        var rest = self.index
        repeat {
            let digits = String(rest % 1000)
            let group = String(repeating: "0", count: 3 - digits.count) + digits
            groups.insert(groups.isEmpty ? group : "x" + group, at: 0)
            rest /= 1000
        } while rest > 0
        let name =
            switch self.kind {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        return "tile/\(name)/\(groups.joined(separator: "/"))" + (self.isFull ? "" : ".p/\(self.width)")
    }
}
