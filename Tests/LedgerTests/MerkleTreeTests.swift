import Ledger
import Testing

@Suite("A Merkle tree")
struct MerkleTreeTests {
    @Test("has the roots of the independent implementation, from 0 to 70,000 leaves")
    func roots() throws {
        let roots = try VectorLog.lines("roots.txt").map { (size: try #require(UInt64($0[0])), root: $0[1]) }
        var expected = Dictionary(uniqueKeysWithValues: roots.map { ($0.size, $0.root) })
        var frontier = Frontier()
        #expect(expected.removeValue(forKey: 0) == frontier.root.base64)
        var checked = 1
        for index in 0..<70_000 {
            frontier.append(MerkleTree.leafHash(VectorLog.entry(index)))
            if let root = expected.removeValue(forKey: frontier.size) {
                #expect(frontier.root.base64 == root, "size \(frontier.size)")
                checked += 1
            }
        }
        #expect(expected.isEmpty)
        #expect(checked == 52)
        print("roots checked: \(checked)")
    }

    @Test("is built over the entries that the vectors give")
    func entries() throws {
        for (index, line) in try VectorLog.lines("first-entries.txt").enumerated() {
            #expect(Base64.encode(VectorLog.entry(index)) == (line[0] == "-" ? "" : line[0]), "entry \(index)")
        }
    }

    @Test("accepts every given inclusion proof and makes the same ones")
    func inclusion() throws {
        let tree = StoredTree(size: 70_000)
        var checked = 0
        for line in try VectorLog.lines("inclusion.txt") {
            let (size, index) = (try #require(UInt64(line[0])), try #require(UInt64(line[1])))
            let hashes = try VectorLog.digests(line[2...])
            let proof = Array(hashes[2...])
            try MerkleTree.verifyInclusion(
                leafHash: hashes[0], index: index, size: size, proof: proof, root: hashes[1])
            #expect(MerkleTree.inclusionProof(index: index, size: size, from: tree.hash) == proof)
            #expect(MerkleTree.root(size: size, from: tree.hash) == hashes[1])
            checked += 1
        }
        #expect(checked == 357)
        print("inclusion proofs checked: \(checked)")
    }

    @Test("accepts every given consistency proof and makes the same ones")
    func consistency() throws {
        let tree = StoredTree(size: 70_000)
        var checked = 0
        for line in try VectorLog.lines("consistency.txt") {
            let (old, new) = (try #require(UInt64(line[0])), try #require(UInt64(line[1])))
            let hashes = try VectorLog.digests(line[2...])
            let proof = Array(hashes[2...])
            try MerkleTree.verifyConsistency(
                oldSize: old, oldRoot: hashes[0], newSize: new, newRoot: hashes[1], proof: proof)
            #expect(MerkleTree.consistencyProof(from: old, to: new, from: tree.hash) == proof)
            checked += 1
        }
        #expect(checked == 458)
        print("consistency proofs checked: \(checked)")
    }

    @Test("refuses every inclusion proof that is changed in one place")
    func changedInclusion() throws {
        for line in try VectorLog.lines("inclusion.txt") where line.count > 5 {
            let (size, index) = (try #require(UInt64(line[0])), try #require(UInt64(line[1])))
            let hashes = try VectorLog.digests(line[2...])
            let proof = Array(hashes[2...])
            func refuses(_ leaf: Digest256, _ index: UInt64, _ size: UInt64, _ proof: [Digest256]) -> Bool {
                (try? MerkleTree.verifyInclusion(
                    leafHash: leaf, index: index, size: size, proof: proof, root: hashes[1])) == nil
            }
            #expect(refuses(hashes[1], index, size, proof))
            #expect(refuses(hashes[0], index ^ 1, size, proof))
            #expect(refuses(hashes[0], size, size, proof))
            #expect(refuses(hashes[0], index, size, Array(proof.dropLast())))
            #expect(refuses(hashes[0], index, size, proof + [proof[0]]))
            #expect(refuses(hashes[0], index, size, proof.reversed()) || proof.reversed() == proof)
        }
    }

    @Test("refuses every consistency proof that is changed in one place")
    func changedConsistency() throws {
        for line in try VectorLog.lines("consistency.txt") {
            let (old, new) = (try #require(UInt64(line[0])), try #require(UInt64(line[1])))
            let hashes = try VectorLog.digests(line[2...])
            let proof = Array(hashes[2...])
            func refuses(_ old: UInt64, _ first: Digest256, _ second: Digest256, _ proof: [Digest256]) -> Bool {
                (try? MerkleTree.verifyConsistency(
                    oldSize: old, oldRoot: first, newSize: new, newRoot: second, proof: proof)) == nil
            }
            #expect(refuses(new + 1, hashes[0], hashes[1], proof))
            #expect(refuses(old, hashes[0], hashes[1], proof + [hashes[0]]))
            #expect(refuses(old, hashes[1], hashes[0], proof) || hashes[0] == hashes[1])
            if !proof.isEmpty {
                #expect(refuses(old, hashes[0], hashes[1], Array(proof.dropLast())))
                #expect(refuses(old, hashes[0], hashes[1], Array(proof.dropFirst())))
            }
        }
    }

    @Test("names what is wrong with a proof")
    func faults() {
        let leaf = MerkleTree.leafHash([1])
        #expect(throws: ProofFault.indexOutOfRange(index: 1, size: 1)) {
            try MerkleTree.verifyInclusion(leafHash: leaf, index: 1, size: 1, proof: [], root: leaf)
        }
        #expect(throws: ProofFault.tooLong(count: 1)) {
            try MerkleTree.verifyInclusion(leafHash: leaf, index: 0, size: 1, proof: [leaf], root: leaf)
        }
        #expect(throws: ProofFault.tooShort(count: 0)) {
            try MerkleTree.verifyInclusion(leafHash: leaf, index: 0, size: 2, proof: [], root: leaf)
        }
        #expect(throws: ProofFault.rootMismatch) {
            try MerkleTree.verifyInclusion(
                leafHash: leaf, index: 0, size: 1, proof: [], root: MerkleTree.emptyRoot)
        }
        #expect(throws: ProofFault.sizesOutOfOrder(old: 2, new: 1)) {
            try MerkleTree.verifyConsistency(oldSize: 2, oldRoot: leaf, newSize: 1, newRoot: leaf, proof: [])
        }
        #expect(throws: ProofFault.rootMismatch) {
            try MerkleTree.verifyConsistency(oldSize: 0, oldRoot: leaf, newSize: 1, newRoot: leaf, proof: [])
        }
    }

    @Test("proves every leaf and every prefix of every size up to 40")
    func everything() throws {
        let tree = StoredTree(size: 40)
        for size in UInt64(1)...40 {
            let root = MerkleTree.root(size: size, from: tree.hash)
            for index in 0..<size {
                try MerkleTree.verifyInclusion(
                    leafHash: tree.hash(0, index), index: index, size: size,
                    proof: MerkleTree.inclusionProof(index: index, size: size, from: tree.hash), root: root)
            }
            for old in 0...size {
                try MerkleTree.verifyConsistency(
                    oldSize: old, oldRoot: MerkleTree.root(size: old, from: tree.hash), newSize: size, newRoot: root,
                    proof: MerkleTree.consistencyProof(from: old, to: size, from: tree.hash))
            }
        }
    }
}

/// Every complete subtree of the first entries of the vectors' log.
struct StoredTree {
    private var levels: [[Digest256]] = []

    init(size: Int) {
        var frontier = Frontier()
        var levels: [[Digest256]] = []
        for index in 0..<size {
            frontier.append(MerkleTree.leafHash(VectorLog.entry(index))) { level, place, hash in
                if level == levels.count {
                    levels.append([])
                }
                precondition(levels[level].count == Int(place))
                levels[level].append(hash)
            }
        }
        self.levels = levels
    }

    func hash(_ level: Int, _ index: UInt64) -> Digest256 { self.levels[level][Int(index)] }
}
