import Arms
import ReleaseModel
import SluiceTesting
import Testing

@Suite("An assignment")
struct ArmAssignmentTests {
    @Test("moves nobody back when the weight grows", arguments: seeds(20))
    func nested(number: UInt64) throws {
        var generator = SeededGenerator(seed: number)
        var weights = [Weight.none, .all]
        for _ in 0..<40 {
            weights.append(try Weight(millionths: .random(in: 0...Weight.whole, using: &generator)))
        }
        weights.sort()
        let units = applications(30, using: &generator)
        for bucketing in try everyBucketing(number) {
            for unit in units {
                let arms = weights.map { ArmAssignment(bucketing: bucketing, weight: $0).arm(of: unit) }
                #expect(arms.first == .baseline && arms.last == .candidate)
                let firstIn = arms.firstIndex(of: .candidate) ?? arms.count
                #expect(arms[firstIn...].allSatisfy { $0 == .candidate }, "\(bucketing.algorithm) \(unit)")
            }
        }
    }

    /// A client that tries again sends the same key, and so is the same unit; nothing else goes into the arm.
    @Test("keeps the retries of an act on their arm, also on another gateway that holds the same seed")
    func retries() throws {
        var generator = SeededGenerator(seed: 3)
        let weight = try Weight(percent: 50)
        let one = ArmAssignment(seed: try seed(9), weight: weight)
        let other = ArmAssignment(
            seed: try Seed(revealed: try seed(9).revealedText, commitment: try seed(9).commitment), weight: weight)
        var arms: [Arm: Int] = [:]
        for unit in applications(200, using: &generator) {
            let first = one.arm(of: unit)
            arms[first, default: 0] += 1
            for _ in 0..<10 {
                #expect(one.arm(of: unit) == first)
                #expect(other.arm(ofUnit: unit.description) == first)
            }
        }
        #expect(arms.count == 2)
    }

    @Test("is the same for any number of tasks at once")
    func shared() async throws {
        let assignment = ArmAssignment(seed: try seed(4), weight: try Weight(percent: 30))
        var generator = SeededGenerator(seed: 4)
        let units = applications(300, using: &generator)
        let expected = units.map { assignment.arm(of: $0) }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { units.map { assignment.arm(of: $0) } == expected }
            }
            for await isSame in group { #expect(isSame) }
        }
    }

    @Test("gives the baseline to whoever has no unit, at every weight and in every algorithm")
    func missing() throws {
        for bucketing in try everyBucketing() {
            for weight in [Weight.none, try Weight(percent: 50), .all] {
                let assignment = ArmAssignment(bucketing: bucketing, weight: weight)
                #expect(assignment.arm(ofUnit: nil) == .baseline)
                #expect(assignment.arm(ofUnit: "") == .baseline)
                #expect(assignment.arm(of: ApplicationID?.none) == .baseline)
            }
        }
        let ours = ArmAssignment(seed: try seed(1), weight: .all)
        #expect(ours.arm(ofUnit: "cafe\u{301}") == .baseline)
        #expect(ours.arm(ofUnit: "caf\u{E9}") == .candidate)
    }

    /// Of 20,000 units a share p is in, give or take five standard deviations.
    @Test("gives the candidate its share of the units", arguments: [0.5, 1, 10, 50, 99])
    func share(percent: Double) throws {
        var generator = SeededGenerator(seed: 11)
        let assignment = ArmAssignment(seed: try seed(11), weight: try Weight(percent: percent))
        let count = 20_000.0
        let found = applications(20_000, using: &generator).filter { assignment.arm(of: $0) == .candidate }.count
        let expected = count * percent / 100
        let deviation = (expected * (1 - percent / 100)).squareRoot()
        #expect(abs(Double(found) - expected) < 5 * deviation)
    }

    /// Two seeds at 50 % agree on half of the units: knowing one plan's early units tells nothing of the next plan's.
    @Test("under another seed is another one")
    func independent() throws {
        var generator = SeededGenerator(seed: 12)
        let half = try Weight(percent: 50)
        let (one, two) = (
            ArmAssignment(seed: try seed(1), weight: half), ArmAssignment(seed: try seed(2), weight: half)
        )
        let agreeing = applications(10_000, using: &generator).filter { one.arm(of: $0) == two.arm(of: $0) }.count
        #expect(abs(agreeing - 5_000) < 250)
    }

    @Test("names its arms by words that no release may change")
    func names() {
        #expect(Arm.allCases.map(\.rawValue) == ["baseline", "candidate"])
    }
}
