import Arms
import ReleaseModel
import SluiceTesting
import Testing

@Suite("A seed")
struct SeedTests {
    @Test("is committed to by the SHA-256 of its bytes, and read back when it is revealed")
    func reveal() throws {
        for vector in try Vector.read("keyed.json", as: Vector.Keyed.self) {
            let seed = try Seed(revealed: vector.seed, commitment: vector.commitment)
            #expect(seed.commitment == vector.commitment)
            #expect(seed.revealedText == vector.seed)
            try seed.verify(vector.commitment)
        }
    }

    @Test("that was not committed to is refused, and the fault names both commitments")
    func mismatch() throws {
        let (committed, other) = (try seed(1), try seed(2))
        let fault = SeedFault.otherSeed(committed: committed.commitment, found: other.commitment)
        #expect(throws: fault) { try other.verify(committed.commitment) }
        #expect(throws: fault) { try Seed(revealed: other.revealedText, commitment: committed.commitment) }
        #expect(fault.code == "seed_does_not_match")
        #expect(fault.description.contains(committed.commitment.description))
    }

    @Test("is 32 bytes", arguments: [0, 1, 31, 33, 64])
    func length(count: Int) throws {
        #expect(throws: SeedFault.otherLength(count)) { try Seed(bytes: [UInt8](repeating: 7, count: count)) }
        let text = String(repeating: "07", count: count)
        let commitment = try seed(1).commitment
        #expect(throws: SeedFault.otherLength(count)) { try Seed(revealed: text, commitment: commitment) }
    }

    @Test("is revealed in small hexadecimal letters only")
    func form() throws {
        let seed = try seed(1)
        let text = seed.revealedText
        for other in [text.uppercased(), text + "0", "0x" + text, text.dropLast() + "g", " " + text] {
            #expect(throws: SeedFault.notHexadecimal) {
                try Seed(revealed: String(other), commitment: seed.commitment)
            }
        }
    }

    @Test("is not shown by anything but the revealing itself", arguments: 0..<20 as Range<UInt64>)
    func hidden(number: UInt64) throws {
        let seed = try seed(number)
        let secret = seed.revealedText
        let assignment = ArmAssignment(seed: seed, weight: .all)
        var shown = [
            "\(seed)", String(reflecting: seed), String(describing: assignment), String(reflecting: assignment),
            SeedFault.otherSeed(committed: seed.commitment, found: seed.commitment).description,
            SeedFault.otherLength(3).description, SeedFault.notHexadecimal.description,
        ]
        var dumped = ""
        dump(seed, to: &dumped)
        dump(assignment, to: &dumped)
        dump(assignment.bucketing, to: &dumped)
        shown.append(dumped)
        let firstBytes = stride(from: 0, to: 8, by: 2).compactMap { offset in
            UInt8(secret.dropFirst(offset).prefix(2), radix: 16)
        }
        for text in shown {
            #expect(!text.contains(secret.prefix(8)))
            #expect(!text.contains(firstBytes.map(String.init).joined(separator: ", ")))
        }
        #expect("\(seed)".contains(seed.commitment.description))
        #expect(Mirror(reflecting: seed).children.isEmpty)
    }

    @Test("of a generator is another each time")
    func fresh() throws {
        var generator = SeededGenerator(seed: 1)
        let seeds = try (0..<100).map { _ in try Seed(using: &generator).commitment }
        #expect(Set(seeds).count == 100)
    }
}
