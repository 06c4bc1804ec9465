import AccessPolicy
import Crypto
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StageControl
import Store
import Testing

@testable import Gateway

@Suite("What was found out of a caller")
struct FindingsTests {
    /// One memory for everybody is the worst use of it: each question finds what another one left.
    @Test("changes no decision, whoever asks and whatever moves meanwhile", arguments: seeds(12))
    func same(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)

        let staged = try StagedWorld(
            stage: seed % 2 == 1 ? "" : #""audience":{"cohorts":["all"],"people":{"max":3}}"#)
        let (world, now) = (staged.world.current, Timestamp(milliseconds: StagedWorld.milliseconds()))
        let digest = try #require(ContentDigest(bytes: SHA256.hash(data: world.admitted.secretText)))
        let key = PresentedKey(id: world.admitted.id, digest: digest)
        guard case .application(let application)? = world.registry.keys[key.id]?.owner else {
            Issue.record("the key is an application's")
            return
        }
        var (snapshot, findings, arms) = (try staged.snapshot(), AudienceFindings(), Set<Bool>())
        var (settled, kept, silenced, shared) = ([String?: SettledAdmission](), 0, 0, 0)
        for _ in 0..<200 {
            let account = generator.oneIn(5) ? nil : "user-\(generator.next() % 6)"
            let anybodys = AccessRequest(key: key, model: "aurora", modality: .api)
            var request = anybodys
            request.account = account
            let caller = snapshot.authenticate(key, at: now)
            let decision = snapshot.admit(request, from: caller, at: now, finding: &findings)
            #expect(decision == snapshot.admit(request, at: now))
            if let before = settled[account], before.holds(for: anybodys, under: snapshot, at: now) {
                #expect(decision == .admitted(before.admission))
                kept += 1
            }
            settled[account] = snapshot.settled(decision, of: request, at: now)
            if let one = settled[account] {
                // Said anew, the rules are the same, until whoever conducts the rollout is not heard of any more.
                var renewed = snapshot
                renewed.asOf = now.advanced(milliseconds: 1)
                #expect(one.holds(for: anybodys, under: renewed, at: now))
                renewed.conductedUntil = now
                let isHeld = one.holds(for: anybodys, under: renewed, at: now)
                #expect(!isHeld || renewed.admit(request, at: now) == .admitted(one.admission))
                silenced += isHeld ? 0 : 1
                let alike = settled.values.filter { $0.isAlike(one) }
                #expect(alike.allSatisfy { $0.admission == one.admission })
                shared += alike.count - 1
            }
            if case .admitted(let admission) = decision, let applicant = admission.applicant {
                staged.door.apply(applicant, for: staged.rollout.id)
            }
            if case .admitted(let admission) = decision { arms.insert(admission.version.name.text == "aurora-2.0") }
            guard generator.oneIn(10) else { continue }
            staged.hear()
            let named = try #require(AudienceUnit(application, account: "user-\(generator.next() % 6)"))
            if generator.oneIn(3), let unit = staged.masking.masked(named) {
                try? staged.command(.remove(unit, reason: "a test"))
            }
            snapshot = try staged.snapshot()
        }
        #expect(arms.count == 2, "both arms were asked for")
        #expect(kept > 0, "who came again was remembered")
        #expect(silenced > 0, "whom a rollout placed was asked about anew once nobody conducted it")
        #expect(shared > 0, "end users who were let in alike can share what was settled")
    }
}
