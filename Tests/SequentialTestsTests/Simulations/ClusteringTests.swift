import SequentialTests
import SluiceTesting
import Testing

/// 400 accounts that differ much, a tenth of them assigned to the candidate, and no true difference. The frequencies
/// are those of an independent simulation of 10,000 rollouts in NumPy, to one in a hundred.
@Suite("With accounts that differ")
struct ClusteringTests {
    @Test("the unit that is counted must be the unit that was assigned")
    func unit() throws {
        var chance = Chance(seed: 6)
        var (byRequest, byAccount) = (Frequency(), Frequency())
        for _ in 0..<Frequency.repetitions(2000) {
            let rollout = Rollout(&chance)
            byRequest.count(try rollout.isRolledBack(byAccount: false))
            byAccount.count(try rollout.isRolledBack(byAccount: true))
        }
        #expect(byRequest.isWithinOnePoint(of: 14.29), "\(byRequest)")
        #expect(byAccount.isWithinOnePoint(of: 0.57) && byAccount.share <= 0.05, "\(byAccount)")
    }

    private struct Rollout {
        /// The candidate's share of all requests.
        private let requestShare: Double
        /// The events of each account that had any, by arm.
        private var candidateEvents: [Int] = []
        private var baselineEvents: [Int] = []

        init(_ chance: inout Chance) {
            var (inCandidate, all) = (0, 0)
            for _ in 0..<400 {
                let requests = max(1, Int(exponential(3 + 1.2 * chance.normal())))
                let rate = min(0.9, chance.gamma(shape: 0.15) * 0.01 / 0.15)
                let isCandidate = chance.happens(0.1)
                let events = chance.binomial(requests, rate)
                all += requests
                if isCandidate { inCandidate += requests }
                guard events > 0 else { continue }
                if isCandidate { self.candidateEvents.append(events) } else { self.baselineEvents.append(events) }
            }
            self.requestShare = Double(inCandidate) / Double(all)
        }

        /// Whether the ratio of the rates seems above 1 at any of twenty looks.
        func isRolledBack(byAccount: Bool) throws -> Bool {
            let test = try EventSplitTest(.above, ratio: 1, share: byAccount ? 0.1 : self.requestShare)
            let threshold = try Threshold(errorRate: 0.05)
            return try (1...20).contains { look in
                let counted = { (accounts: [Int]) in
                    accounts.reduce(0) { sum, events in
                        let soFar = events * look / 20
                        return sum + (byAccount ? min(1, soFar) : soFar)
                    }
                }
                let logEvidence = try test.logEvidence(
                    candidateEvents: counted(self.candidateEvents), baselineEvents: counted(self.baselineEvents))
                return threshold.crossing(logEvidence) == .reached
            }
        }
    }
}
