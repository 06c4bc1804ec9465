import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@Suite("What exposure is counted by")
struct ExposureMeterTests {
    @Test("reads back by its text, and no other text is one")
    func text() {
        for meter in [ExposureMeter.budget, .day(stage: 0), .day(stage: 12)] {
            #expect(ExposureMeter(meter.description) == meter)
        }
        for text in ["", "day/", "day/-1", "day/x", "Budget", "day"] { #expect(ExposureMeter(text) == nil) }
    }

    @Test("is a term for each day of the stage, from the moment at which it opened")
    func days() throws {
        var world = try World.opened(try RolloutPlan.short(("spec.stages[0].caps", ["requestsPerDay": 1_000])))
        let opened = world.rollout.stageOpened
        let meter = ExposureMeter.day(stage: 0)
        #expect(world.rollout.exposureTerms(at: world.now).keys.map { $0 } == [meter])
        world.wait(TimeSpan(25, .hour))
        let term = try #require(world.rollout.exposureTerms(at: world.now)[meter])
        #expect(term.budget == 1_000 && term.begins == opened.advanced(milliseconds: 86_400_000))
        #expect(term.ends == opened.advanced(milliseconds: 2 * 86_400_000))
    }

    @Test("is lent as before after a restart: the state reads back as it was")
    func coding() throws {
        let start = Timestamp(milliseconds: 1_750_000_000_000)
        var leases = ExposureLeases(ExposureBudgetTerm(budget: 2_000, begins: start, ends: nil))
        for number in 1...3 {
            let id = ExposureLeaseID(gateway: try Sample.name("gw-\(number % 2)"), number: number)
            guard case .granted(_, let entry?) = leases.lease(id, of: 300, at: start) else { continue }
            leases.apply(entry)
        }
        let back = ExposureReturn(id: ExposureLeaseID(gateway: try Sample.name("gw-0"), number: 2), used: 7)
        leases.apply(try #require(leases.takeBack(back)))
        let text = try JSONValue(encoding: leases).canonical
        let again = try JSONValue(parsing: text).decoded(as: ExposureLeases.self)
        #expect(again == leases && again.committed == 607)
    }

    @Test("is given back to its block for a request that the candidate did not serve")
    func putBack() throws {
        let start = Timestamp(milliseconds: 1_000)
        var holder = ExposureHolder(gateway: try Sample.name("gw"))
        var leases = ExposureLeases(ExposureBudgetTerm(budget: 4, begins: start))
        for _ in 1...2 {
            guard case .granted(let lease, let entry?) = leases.lease(holder.ask(at: start), of: 2, at: start) else {
                Issue.record("a block is lent")
                return
            }
            leases.apply(entry)
            holder.receive(lease)
        }
        let taken = (0..<9).compactMap { _ in holder.take(at: start) }
        #expect(taken.map(\.number) == [1, 1, 2, 2])
        holder.putBack(taken[0])
        let again = (0..<9).compactMap { _ in holder.take(at: start) }
        #expect(again == [taken[0]], "to the block that it came from")
        holder.giveBackAll()
        #expect(holder.returns.map(\.used) == [2, 2])
        holder.putBack(taken[3])
        let late = holder.take(at: start)
        #expect(late == nil, "what was given back is not taken again")
    }
}
