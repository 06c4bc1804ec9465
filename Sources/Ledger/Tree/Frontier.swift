/// A tree that only grows, as small as it can be: the roots of its complete subtrees, at most 64 hashes.
///
/// Also known as a compact range. It is all that is needed to append leaves and to know the root after each.
public struct Frontier: Hashable, Sendable {
    /// The number of leaves.
    public private(set) var size: UInt64 = 0
    /// One root for each bit of ``size`` that is set, the largest subtree first.
    public private(set) var subtrees: [Digest256] = []

    /// The tree without leaves.
    public init() {}

    /// The tree of `size` leaves whose complete subtrees, largest first, have these roots.
    ///
    /// Answers nil unless there is one root for each set bit of `size`.
    public init?(size: UInt64, subtrees: [Digest256]) {
        guard subtrees.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.subtrees = subtrees
    }

    /// Adds a leaf by its hash.
    public mutating func append(_ leafHash: Digest256) {
        self.append(leafHash) { _, _, _ in }
    }

    /// Adds a leaf and tells of every subtree that it completes, the leaf itself first.
    ///
    /// A subtree is named by its level (it has 2^level leaves) and its index among those of its level.
    public mutating func append(
        _ leafHash: Digest256, completed: (_ level: Int, _ index: UInt64, _ hash: Digest256) -> Void
    ) {
        var hash = leafHash
        completed(0, self.size, hash)
        let merges = (~self.size).trailingZeroBitCount
        for level in 0..<merges {
            hash = MerkleTree.nodeHash(self.subtrees.removeLast(), hash)
            completed(level + 1, self.size >> UInt64(level + 1), hash)
        }
        self.subtrees.append(hash)
        self.size += 1
    }

    /// The root of the tree (RFC 6962 §2.1).
    public var root: Digest256 {
        guard var hash = self.subtrees.last else { return MerkleTree.emptyRoot }
        for subtree in self.subtrees.dropLast().reversed() {
            hash = MerkleTree.nodeHash(subtree, hash)
        }
        return hash
    }
}
