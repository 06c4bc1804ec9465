import ReleaseModel
import StageControl
import StrictJSON
import Testing

@testable import Rehearsal

/// Suppositions that do not fit.
@Suite("A supposition")
struct FaultTests {
    private static func faults(_ change: (inout Suppositions) -> Void) throws -> [RehearsalFault] {
        var suppositions = Suppositions()
        change(&suppositions)
        let plan = try RehearsedPlan.plan()
        do throws(RehearsalFaults) {
            _ = try Rehearsal(plan, suppositions)
        } catch {
            return error.faults
        }
        return []
    }

    @Test("that is wrong in many ways is told all of them at once, with the nearest names")
    func all() throws {
        let faults = try Self.faults { suppositions in
            suppositions.trueRates = [
                .init("harms", 0.1), .init("harm", stage: "sone", 1.5), .init("slow", -0.1), .init("zebra", 0.2),
            ]
            suppositions.baselineRates = [.init("refusal", .nan)]
            suppositions.traffic = [.init(stage: "mroe", perDay: -1)]
            suppositions.clustering = 0.5
            suppositions.delayFactor = 0
        }
        let text = RehearsalFaults(faults: faults).description
        #expect(faults.count == 11, "\(text)")
        #expect(text.contains("true-rate: the plan has no metric harms; did you mean harm?"))
        #expect(text.contains("true-rate: the plan has no stage sone; did you mean some?"))
        #expect(text.contains("true-rate: harm is 1.5; expected a number from 0 to 1"))
        #expect(text.contains("true-rate: slow is -0.1"))
        #expect(text.contains("the plan has no metric zebra; look at the plan's names"))
        #expect(text.contains("baseline-rate: the plan has no metric refusal; did you mean refusals?"))
        #expect(text.contains("clustering: is 0.5"))
        #expect(Set(faults.map(\.code)).count == 3)
    }

    @Test("about traffic is missed where the plan says nothing either")
    func traffic() throws {
        let plan = try RehearsedPlan.plan { $0.traffic = [:] }
        #expect(throws: RehearsalFaults.self) { try Rehearsal(plan, Suppositions()) }
        var suppositions = Suppositions()
        suppositions.traffic = [.init(stage: "some", perDay: 20_000)]
        do throws(RehearsalFaults) {
            _ = try Rehearsal(plan, suppositions)
            Issue.record("a stage without traffic was rehearsed")
        } catch {
            #expect(error.faults == [.missingTraffic(stage: "more", unit: .requests)])
        }
        suppositions.traffic.append(.init(perDay: 100_000))
        _ = try Rehearsal(plan, suppositions)
    }

    @Test("about a plan that nobody could submit is refused with the finding")
    func objection() throws {
        let plan = try RehearsedPlan.plan { $0.isWithoutPeople = true }
        do throws(RehearsalFaults) {
            _ = try Rehearsal(plan, Suppositions())
            Issue.record("a plan that cannot be submitted was rehearsed")
        } catch {
            guard case .planObjection = error.faults.first else {
                Issue.record("\(error)")
                return
            }
        }
    }
}
