/// Making proofs from stored hashes.
///
/// A source gives the root of the complete subtree at `(level, index)`: 2^level leaves from leaf
/// index · 2^level. Whatever it throws is thrown on; a tree that is not complete is put together from such roots.
extension MerkleTree {
    /// The hashes that lead from leaf `index` to the root of the first `size` leaves (RFC 6962 §2.1.1).
    ///
    /// Precondition: `index < size`, and the source knows every complete subtree of the first `size` leaves.
    public static func inclusionProof<Failure: Error>(
        index: UInt64, size: UInt64, from source: (_ level: Int, _ index: UInt64) throws(Failure) -> Digest256
    ) throws(Failure) -> [Digest256] {
        precondition(index < size, "a leaf outside the tree has no proof")
        var proof: [Digest256] = []
        for range in Self.siblings(of: index..<index + 1, in: size) {
            proof.append(try Self.root(of: range, from: source))
        }
        return proof
    }

    /// The hashes that show that the first `newSize` leaves begin with the first `oldSize` (RFC 6962 §2.1.2).
    ///
    /// Precondition: `oldSize <= newSize`. The proof from the empty tree, or from a tree to itself, is empty.
    public static func consistencyProof<Failure: Error>(
        from oldSize: UInt64, to newSize: UInt64,
        from source: (_ level: Int, _ index: UInt64) throws(Failure) -> Digest256
    ) throws(Failure) -> [Digest256] {
        precondition(oldSize <= newSize, "a log does not shrink")
        guard oldSize != 0, oldSize != newSize else { return [] }
        // The last complete subtree of the old tree is where both trees meet.
        let meeting = (oldSize & (~oldSize &+ 1))
        let node = oldSize - meeting..<oldSize
        var proof: [Digest256] = []
        if meeting != oldSize {
            proof.append(try Self.root(of: node, from: source))
        }
        for range in Self.siblings(of: node, in: newSize) {
            proof.append(try Self.root(of: range, from: source))
        }
        return proof
    }

    /// The root of the first `size` leaves.
    public static func root<Failure: Error>(
        size: UInt64, from source: (_ level: Int, _ index: UInt64) throws(Failure) -> Digest256
    ) throws(Failure) -> Digest256 {
        try Self.root(of: 0..<size, from: source)
    }

    /// The ranges of leaves beside the path from `node` up to the root of `size` leaves, the lowest first.
    private static func siblings(of node: Range<UInt64>, in size: UInt64) -> [Range<UInt64>] {
        var siblings: [Range<UInt64>] = []
        var whole = 0..<size
        while whole != node {
            let count = whole.upperBound - whole.lowerBound
            // The largest power of two below the number of leaves.
            let middle = whole.lowerBound + (1 << UInt64(63 - (count - 1).leadingZeroBitCount))
            let left = whole.lowerBound..<middle
            let right = middle..<whole.upperBound
            if node.lowerBound < middle {
                siblings.append(right)
                whole = left
            } else {
                siblings.append(left)
                whole = right
            }
        }
        return siblings.reversed()
    }

    /// The root over a range that begins at a multiple of the largest power of two within its length.
    private static func root<Failure: Error>(
        of range: Range<UInt64>, from source: (_ level: Int, _ index: UInt64) throws(Failure) -> Digest256
    ) throws(Failure) -> Digest256 {
        var start = range.lowerBound
        var subtrees: [Digest256] = []
        while start < range.upperBound {
            let level = 63 - (range.upperBound - start).leadingZeroBitCount
            subtrees.append(try source(level, start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        let frontier = Frontier(size: range.upperBound - range.lowerBound, subtrees: subtrees)
        return frontier?.root ?? Self.emptyRoot
    }
}
