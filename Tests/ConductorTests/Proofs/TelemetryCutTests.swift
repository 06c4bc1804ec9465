import ControlAPI
import Gateway
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@testable import Conductor

/// What the conductor does where nothing is known any more: unknown is not zero.
@Suite("A conducted release whose gateway falls silent")
struct TelemetryCutTests {
    private static let minute: Int64 = 60_000

    /// A release in its second stage, and the moment of the last that was heard.
    private static func inSecondStage() async throws -> (ConductedRelease, RolloutID) {
        let release = try await ConductedRelease.furnished()
        let id = try await release.open(try TrialPlan.read())
        try release.use(10_000, of: id)
        await release.round()
        await release.round()
        try #require(try release.rollout(id).stage == 1)
        return (release, id)
    }

    private static func holds(_ rollout: Rollout) -> [HoldCause] { rollout.last?.assessment.holds ?? [] }

    @Test("is held as soon as the plan's time is over, and steps back after its second one")
    func cut() async throws {
        let (release, id) = try await Self.inSecondStage()
        release.tap.close()
        let weight = try release.rollout(id).enforcement.openings[0].weight
        for minute in 1..<15 {
            await release.round(after: Self.minute)
            let rollout = try release.rollout(id)
            #expect(Self.holds(rollout).isEmpty && !rollout.enforcement.isFrozen, "held after \(minute) minutes")
        }
        await release.round(after: Self.minute)
        var rollout = try release.rollout(id)
        #expect(Self.holds(rollout) == [.noData(metric: 0)] && rollout.enforcement.isFrozen)
        #expect(rollout.enforcement.openings[0].weight == weight, "to hold closes nothing")
        for minute in 16..<240 {
            await release.round(after: Self.minute)
            #expect(try release.rollout(id).stage == 1, "stepped back after \(minute) minutes")
        }
        await release.round(after: Self.minute)
        rollout = try release.rollout(id)
        #expect(rollout.stage == 0 && rollout.wentBack?.reaction == Reaction.stepBack.rawValue)
        #expect(rollout.enforcement.openings[0].weight < weight)
        try DecisionLog(release.reader).requireNoDifference()
        try release.close()
    }

    @Test("goes on by itself once it is heard again, with nothing lost and nothing opened meanwhile")
    func heardAgain() async throws {
        let (release, id) = try await Self.inSecondStage()
        release.tap.close()
        // What was served meanwhile is counted when the gateway is heard again.
        try release.use(20_000, of: id)
        for _ in 0..<30 { await release.round(after: Self.minute) }
        let held = try release.rollout(id)
        #expect(Self.holds(held) == [.noData(metric: 0)] && held.stage == 1)
        release.tap.open(release.gateway)
        await release.round()
        #expect(Self.holds(try release.rollout(id)).isEmpty)
        for _ in 0..<10 { await release.round(after: Self.minute) }
        #expect(try release.rollout(id).stage == 2)
        try DecisionLog(release.reader).requireNoDifference()
        try release.close()
    }

    @Test("takes a gateway that counts nothing for what it is: data")
    func quiet() async throws {
        let (release, id) = try await Self.inSecondStage()
        for _ in 0..<600 {
            await release.round(after: Self.minute)
            try #require(Self.holds(try release.rollout(id)).isEmpty)
        }
        // No exposure shows nothing, so it neither goes on nor back.
        #expect(try release.rollout(id).stage == 1)
        try release.use(10_000, of: id)
        await release.round()
        await release.round()
        #expect(try release.rollout(id).stage == 2)
        try DecisionLog(release.reader).requireNoDifference()
        try release.close()
    }

    @Test("is looked at after a restart with a time of day that was set back")
    func clockSetBack() async throws {
        let (release, id) = try await Self.inSecondStage()
        try release.close()
        let boots = try #require(try release.rollout(id).clock?.boot)
        #expect(ConductorClock.system(after: Int.max - 1).boot == Int.max)
        #expect(ConductorClock.system(after: nil).boot > boots)
        let again = try await ConductedRelease(in: release.folder, at: release.time, boot: boots + 1, keeping: release)
        try await again.report(1, of: id, severity: .critical)
        #expect(try again.rollout(id).stage == nil)
        try again.close()
    }
}
