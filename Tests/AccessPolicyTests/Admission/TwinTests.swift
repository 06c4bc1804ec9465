import AccessPolicy
import ReleaseModel
import SluiceTesting
import Testing

@Suite("Admission beside its obvious twin")
struct TwinTests {
    /// What many worlds answered: how often each code and `admitted` came, and the first case in which the two differ.
    private struct Tally: Sendable {
        var cases = 0
        var counts: [String: Int] = [:]
        var difference: String?

        mutating func merge(_ other: Tally) {
            self.cases += other.cases
            self.counts.merge(other.counts, uniquingKeysWith: +)
            self.difference = self.difference ?? other.difference
        }
    }

    private static let questionsPerWorld = 250

    private static func tally(_ seed: UInt64) -> Tally {
        var (world, tally) = (World(seed: seed), Tally())
        let (registry, twin) = (world.registry, ObviousAdmission(world.entries))
        for question in world.questions(Self.questionsPerWorld) {
            let decision = Snapshot(registry: registry, asOf: question.asOf).admit(question.request, at: question.now)
            let expected = twin.admit(question)
            tally.cases += 1
            switch decision {
            case .admitted: tally.counts["admitted", default: 0] += 1
            case .refused(let denials):
                for code in Set(denials.map(\.code)) { tally.counts[code.rawValue, default: 0] += 1 }
            }
            guard ObviousAdmission.Answer(decision) != expected else { continue }
            tally.difference = "seed \(seed): \(question): \(decision), but the twin says \(expected)"
            return tally
        }
        return tally
    }

    @Test("gives the same answer in a million generated cases, with every kind of answer among them")
    func sameAnswers() async {
        let all = seeds(4_000)
        let workers = 8
        let total = await withTaskGroup(of: Tally.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var tally = Tally()
                    for index in stride(from: worker, to: all.count, by: workers) where tally.difference == nil {
                        tally.merge(Self.tally(all[index]))
                    }
                    return tally
                }
            }
            return await group.reduce(into: Tally()) { $0.merge($1) }
        }
        if let difference = total.difference { Issue.record("\(difference)") }
        guard all.count > 1 else { return }  // one seed was asked for: it need not show everything
        #expect(total.cases >= 1_000_000)
        // What a stage's places say comes from rollouts, of which the generated cases have none.
        let ofStages: Set<Denial.Code> = [
            .stageFull, .stageQueued, .stagePending, .stageRemoved, .accountMissing,
        ]
        for name in ["admitted"] + Denial.Code.allCases.filter({ !ofStages.contains($0) }).map(\.rawValue) {
            #expect(total.counts[name, default: 0] >= 1_000, "\(name) is too rare to be tested")
        }
    }
}

extension ObviousAdmission.Answer {
    /// What a decision says, in the twin's words.
    init(_ decision: Decision) {
        switch decision {
        case .admitted(let it):
            self = .admitted(
                grant: it.grant.id, version: it.version.id, application: it.application, key: it.key,
                name: it.name.text, isUnlogged: it.isUnlogged, stripped: it.stripped.fields.map(\.name))
        case .refused(let denials): self = .refused(denials)
        }
    }
}
