/// How much JSON is read before the reading stops.
public struct JSONLimits: Hashable, Sendable {
    /// Objects and arrays open at the same time; from 1 to 64.
    public let maximumDepth: Int
    /// The size of the whole text in bytes.
    public let maximumBytes: Int
    /// Whether a key may occur twice in an object that is passed over.
    public let allowsRepeatedKeys: Bool

    /// Depth 64 and 10 MiB.
    public static let standard = JSONLimits()

    /// Limits as given; a depth outside 1 to 64 becomes the nearer end, for the scanner keeps one bit a level.
    public init(maximumDepth: Int = 64, maximumBytes: Int = 10 * 1024 * 1024, allowsRepeatedKeys: Bool = false) {
        self.maximumDepth = min(max(maximumDepth, 1), 64)
        self.maximumBytes = maximumBytes
        self.allowsRepeatedKeys = allowsRepeatedKeys
    }
}
