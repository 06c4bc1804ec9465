import ReleaseModel
import SluiceTesting
import Testing

@testable import Arms

@Suite("A position")
struct BucketingTests {
    @Test("is the one that the product itself gives")
    func peers() throws {
        let rows = try Vector.read("peers.json", as: Vector.Peer.self)
        #expect(Set(rows.map(\.algorithm)) == Set(BucketingAlgorithm.allCases).subtracting([.hmacSHA256MulShift]))
        for row in rows {
            let position = try Bucketing(row.algorithm, salts: row.salts).position(of: row.unit)
            // flagd's vectors are for a sum of weights of 10,000; ours is a million.
            let found = row.algorithm == .murmur3MulShift ? position.map { ($0 / 100).rounded(.down) } : position
            #expect(found == row.expected, "\(row)")
        }
    }

    @Test("of ours is the first 64 bits of an HMAC, scaled to a million")
    func keyed() throws {
        for vector in try Vector.read("keyed.json", as: Vector.Keyed.self) {
            let seed = try Seed(revealed: vector.seed, commitment: vector.commitment)
            for row in vector.units {
                #expect(Bucketing.hmacSHA256MulShift(seed).position(of: row.unit) == row.bucket, "\(row.unit)")
            }
        }
    }

    @Test("rests on MurmurHash3 and FNV-1a as they are published")
    func hashes() throws {
        for row in try Vector.read("murmur3.json", as: Vector.Hash.self) {
            #expect(Murmur3.hash(row.text, seed: row.seed) == row.hash, "\(row.text)")
        }
        for (text, hash) in [("", 0x811C_9DC5), ("a", 0xE40C_292C), ("foobar", 0xBF9C_F968)] as [(String, UInt32)] {
            #expect(FNV1a.hash(text) == hash)
        }
    }

    @Test("is nowhere for the empty text, in any algorithm")
    func empty() throws {
        for bucketing in try everyBucketing() { #expect(bucketing.position(of: "") == nil) }
    }

    @Test("of ours is only for text in normalisation form C")
    func normalisation() throws {
        let ours = Bucketing.hmacSHA256MulShift(try seed(1))
        // Written as scalars, because an editor may turn one form into the other.
        #expect(ours.position(of: "caf\u{E9}") != nil)
        #expect(ours.position(of: "cafe\u{301}") == nil)
        for row in try Vector.read("normalisation.json", as: Vector.Normal.self) {
            #expect((ours.position(of: row.text) != nil) == row.isNormal, "\(row.text.unicodeScalars.map(\.value))")
        }
    }

    @Test("of ours is not for text with a zero, which is kept for lotteries")
    func zero() throws {
        let ours = Bucketing.hmacSHA256MulShift(try seed(1))
        for unit in ["\0", "lottery\0stage\0app_1", "a\0"] { #expect(ours.position(of: unit) == nil) }
    }

    @Test("needs the seed or the texts that its algorithm takes")
    func faults() throws {
        #expect(throws: BucketingFault.seedMissing) { try Bucketing(.hmacSHA256MulShift) }
        for algorithm in BucketingAlgorithm.allCases {
            let salts = ["one"] + algorithm.salts
            let fault = #expect(throws: BucketingFault.self) {
                try Bucketing(algorithm, seed: seed(1), salts: salts)
            }
            #expect(fault == .otherSalts(algorithm, found: salts.count))
            #expect(fault?.description.contains(algorithm.rawValue) == true)
            #expect(try Bucketing(algorithm, seed: seed(1), salts: algorithm.salts).algorithm == algorithm)
        }
    }

    @Test("has algorithms whose names no release may change")
    func names() {
        #expect(
            BucketingAlgorithm.allCases.map(\.rawValue) == [
                "hmac-sha256-mulshift-v1", "murmur3-mulshift-v2", "murmur3-mod100", "murmur3-mod1000",
                "fnv1a-mod1000-v1", "fnv1a-mod10000-v2", "sha1-float32", "sha256-mod10000", "md5-mod9999",
            ])
    }
}

@Suite("Admission at a weight")
struct AdmissionTests {
    /// The position is in at the weight in millionths and out at one millionth less.
    @Test(
        "begins where the product lets a position in",
        arguments: [
            (.hmacSHA256MulShift, 0, 1), (.hmacSHA256MulShift, 9_999, 10_000), (.murmur3MulShift, 499_999, 500_000),
            (.murmur3Modulo100, 1, 10_000), (.murmur3Modulo100, 37, 370_000), (.murmur3Modulo1000, 1, 1_000),
            (.murmur3Modulo1000, 541, 541_000), (.fnv1aModulo1000, 0, 1), (.fnv1aModulo1000, 0.068, 68_000),
            (.fnv1aModulo10000, 0.0171, 17_100), (.fnv1aModulo10000, 0.1, 100_000), (.md5Modulo9999, 0, 1),
            (.md5Modulo9999, 50, 500_000), (.md5Modulo9999, 30.09601920384077, 300_961), (.sha1Share, 0, 1),
            (.sha1Share, 0.25, 250_001), (.sha1Share, 0.43959885835647583, 439_599), (.sha256Modulo10000, 0, 1),
            (.sha256Modulo10000, 6_367, 636_701),
            // 0.07 × 100 is a little more than 7 in floating point, and Statsig computes so.
            (.sha256Modulo10000, 7, 700),
        ] as [(BucketingAlgorithm, Double, Int)])
    func thresholds(algorithm: BucketingAlgorithm, position: Double, least: Int) throws {
        #expect(algorithm.admits(position, at: try Weight(millionths: least)))
        #expect(!algorithm.admits(position, at: try Weight(millionths: least - 1)))
    }

    /// (h × 100) >> 32 below 12 and (h × 1,000,000) >> 32 below 120,000 say the same of every hash.
    @Test("by flagd does not depend on the sum in which its weights are written")
    func sums() {
        repeated(seeds: 5_000) { _, generator in
            let hash = UInt64(UInt32.random(in: 0 ... .max, using: &generator))
            let total = UInt64.random(in: 1...100, using: &generator) * 100
            let weight = UInt64.random(in: 0...total, using: &generator) / 100 * 100
            let millionths = weight * 1_000_000 / total
            guard millionths * total == weight * 1_000_000 else { return }
            try #require(((hash * total) >> 32 < weight) == ((hash * 1_000_000) >> 32 < millionths))
        }
    }

    @Test("is for nobody at nothing and for everybody at the whole, in every algorithm")
    func ends() {
        for algorithm in BucketingAlgorithm.allCases {
            for position in [0, 0.5, 1, 100, 1_000, 999_999] {
                #expect(!algorithm.admits(position, at: .none))
                #expect(algorithm.admits(position, at: .all))
            }
        }
    }
}
