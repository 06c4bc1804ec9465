import Crypto

/// The Merkle tree of a log: how leaves and nodes are hashed, and how proofs about it are checked.
///
/// Hashing is RFC 6962 §2.1, the checks are RFC 9162 §2.1.3.2 and §2.1.4.2. Everything here is a function of
/// its arguments; ``Frontier`` grows a tree, `MerkleTree+Proofs.swift` makes proofs from stored hashes.
public enum MerkleTree {
    /// The root of the tree without leaves: SHA-256 of nothing.
    public static let emptyRoot = Digest256.sha256(of: [])

    /// The hash of a leaf: SHA-256 of a zero byte and the entry.
    public static func leafHash(_ entry: [UInt8]) -> Digest256 {
        unsafe Self.leafHash(entry.span.bytes)
    }

    /// The hash of a leaf whose entry is the bytes of `entry`.
    public static func leafHash(_ entry: RawSpan) -> Digest256 {
        var hasher = SHA256()
        unsafe withUnsafeBytes(of: UInt8(0)) { unsafe hasher.update(bufferPointer: $0) }
        unsafe entry.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        return Digest256(hasher.finalize())
    }

    /// The hash of an inner node: SHA-256 of a one byte and both children.
    public static func nodeHash(_ left: Digest256, _ right: Digest256) -> Digest256 {
        var hasher = SHA256()
        unsafe withUnsafeBytes(of: UInt8(1)) { unsafe hasher.update(bufferPointer: $0) }
        unsafe left.withBytes { unsafe hasher.update(bufferPointer: $0) }
        unsafe right.withBytes { unsafe hasher.update(bufferPointer: $0) }
        return Digest256(hasher.finalize())
    }

    /// The root of a tree of these leaves or of complete subtrees of one size.
    public static func root(of hashes: some Sequence<Digest256>) -> Digest256 {
        var frontier = Frontier()
        for hash in hashes {
            frontier.append(hash)
        }
        return frontier.root
    }

    /// Checks that a leaf stands at `index` of the tree of `size` leaves whose root is `root`.
    ///
    /// RFC 9162 §2.1.3.2. Returns if so, and throws the ``ProofFault`` otherwise.
    public static func verifyInclusion(
        leafHash: Digest256, index: UInt64, size: UInt64, proof: [Digest256], root: Digest256
    ) throws(ProofFault) {
        guard index < size else { throw .indexOutOfRange(index: index, size: size) }
        var node = index
        var last = size - 1
        var hash = leafHash
        for sibling in proof {
            guard last != 0 else { throw .tooLong(count: proof.count) }
            if node & 1 == 1 || node == last {
                hash = Self.nodeHash(sibling, hash)
                Self.climbPastMissingSiblings(&node, &last)
            } else {
                hash = Self.nodeHash(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .tooShort(count: proof.count) }
        guard hash == root else { throw .rootMismatch }
    }

    /// Checks that the tree of `newSize` leaves begins with the tree of `oldSize` leaves.
    ///
    /// RFC 9162 §2.1.4.2. The empty tree is the beginning of every tree and needs an empty proof
    /// (c2sp.org/tlog-witness). Returns if so, and throws the ``ProofFault`` otherwise.
    public static func verifyConsistency(
        oldSize: UInt64, oldRoot: Digest256, newSize: UInt64, newRoot: Digest256, proof: [Digest256]
    ) throws(ProofFault) {
        guard oldSize <= newSize else { throw .sizesOutOfOrder(old: oldSize, new: newSize) }
        if oldSize == 0 || oldSize == newSize {
            guard proof.isEmpty else { throw .tooLong(count: proof.count) }
            guard oldRoot == (oldSize == newSize ? newRoot : Self.emptyRoot) else { throw .rootMismatch }
            guard oldSize != 0 || newSize != 0 || newRoot == Self.emptyRoot else { throw .rootMismatch }
            return
        }
        var path = proof[...]
        // A complete tree is itself the first node, and the proof leaves it out.
        guard let first = oldSize.nonzeroBitCount == 1 ? oldRoot : path.popFirst() else {
            throw .tooShort(count: proof.count)
        }
        var node = oldSize - 1
        var last = newSize - 1
        let shared = UInt64((~node).trailingZeroBitCount)
        node >>= shared
        last >>= shared
        var (old, new) = (first, first)
        for hash in path {
            guard last != 0 else { throw .tooLong(count: proof.count) }
            if node & 1 == 1 || node == last {
                old = Self.nodeHash(hash, old)
                new = Self.nodeHash(hash, new)
                Self.climbPastMissingSiblings(&node, &last)
            } else {
                new = Self.nodeHash(new, hash)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .tooShort(count: proof.count) }
        guard old == oldRoot, new == newRoot else { throw .rootMismatch }
    }

    /// At the right border a node without a right sibling is its own parent: go up to where it is a right child.
    private static func climbPastMissingSiblings(_ node: inout UInt64, _ last: inout UInt64) {
        while node & 1 == 0, node != 0 {
            node >>= 1
            last >>= 1
        }
    }
}
