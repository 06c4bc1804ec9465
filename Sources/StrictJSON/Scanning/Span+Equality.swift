extension Span where Element == UInt8 {
    /// Whether both are the same bytes.
    public func equals(_ other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        for index in self.indices where self[index] != other[index] { return false }
        return true
    }
}
