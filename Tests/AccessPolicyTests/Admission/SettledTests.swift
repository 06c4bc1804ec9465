import AccessPolicy
import ReleaseModel
import SluiceTesting
import Testing

@Suite("A settled admission")
struct SettledTests {
    /// Beside the moments that a question is asked at: those around the edges that worlds have.
    private static let shifts: [Int64] = [0, 0, 1, -1, 500, -500, 4_999, 5_000, 5_001, 60_000, 3_600_000, -3_600_000]

    @Test("says what the rules say of another question, or nothing", arguments: seeds(60))
    func same(seed: UInt64) {
        var (world, generator) = (World(seed: seed), SeededGenerator(seed: seed))
        let questions = world.questions(120)
        let asOf = questions[0].now
        let (snapshot, later) = (
            Snapshot(registry: world.registry, asOf: asOf), Snapshot(registry: world.registry, asOf: asOf)
        )
        var (settled, held) = ([SettledAdmission](), 0)
        for question in questions {
            let decision = snapshot.admit(question.request, at: asOf)
            guard let one = snapshot.settled(decision, of: question.request, at: asOf) else { continue }
            #expect(one.holds(for: question.request, under: snapshot, at: asOf))
            #expect(one.isOf(question.request.key, under: snapshot, at: asOf))
            #expect(!one.holds(for: question.request, under: later, at: asOf), "other rules are asked anew")
            settled.append(one)
        }
        for question in questions {
            let now = Timestamp(milliseconds: asOf.milliseconds + (Self.shifts.randomElement(using: &generator) ?? 0))
            let decision = snapshot.admit(question.request, at: now)
            let isKey = snapshot.authenticate(question.request.key, at: now) != nil
            for one in settled {
                if one.isOf(question.request.key, under: snapshot, at: now) { #expect(isKey) }
                guard one.holds(for: question.request, under: snapshot, at: now) else { continue }
                #expect(decision == .admitted(one.admission))
                held += 1
            }
        }
        #expect(settled.isEmpty || held > 0)
    }
}
