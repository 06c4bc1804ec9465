import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StageControl
import Store
import Testing

@testable import ControlAPI

/// A conductor that cannot store what was counted: it decides nothing, and so it stands in for nothing.
@Suite("A release whose store cannot be written")
struct StuckStoreTests {
    private static func opened() async throws -> (ConductedRelease, RolloutID, DyingDisk) {
        let furnished = try await ConductedRelease.furnished()
        try furnished.close()
        let disk = DyingDisk()
        let release = try await ConductedRelease(in: furnished.folder, boot: 2, on: disk, keeping: furnished)
        let id = try await release.open(try TrialPlan.read())
        return (release, id, disk)
    }

    /// Until when gateways serve the candidate.
    private static func believedUntil(_ release: ConductedRelease) throws -> Timestamp {
        _ = try #require(release.plane.rules.current.releases.values.first)
        return release.plane.rules.current.conductedUntil
    }

    @Test("is served to nobody after the lease")
    func lease() async throws {
        let (release, id, disk) = try await Self.opened()
        await release.round()
        let last = release.time.now
        #expect(try Self.believedUntil(release) == last.advanced(milliseconds: Enforcement.lease))
        disk.die()
        for _ in 0..<20 {
            try release.use(100, of: id)
            await release.round()
            #expect(try Self.believedUntil(release) == last.advanced(milliseconds: Enforcement.lease))
        }
        disk.heal()
        await release.round()
        #expect(try Self.believedUntil(release) == release.time.now.advanced(milliseconds: Enforcement.lease))
        try release.close()
    }

    @Test("has lost nothing of what was counted meanwhile")
    func counts() async throws {
        let (release, id, disk) = try await Self.opened()
        try release.use(1_000, of: id)
        await release.round(after: 301_000)
        let before = try #require(try release.rollout(id).last?.inputs.requests)
        disk.die()
        for _ in 0..<20 {
            try release.use(100, of: id)
            await release.round()
        }
        disk.heal()
        try release.use(1, of: id)
        await release.round(after: 301_000)
        #expect(try release.rollout(id).last?.inputs.requests == before + 2_001)
        // And it can be read again.
        try release.close()
        let again = try await ConductedRelease(in: release.folder, at: release.time, boot: 3, keeping: release)
        await again.round(after: 301_000)
        #expect(try again.rollout(id).last?.inputs.requests == before + 2_001)
        try DecisionLog(again.reader).requireNoDifference()
        try again.close()
    }

    @Test("counts what came within the same millisecond")
    func sameMoment() async throws {
        let (release, id, _) = try await Self.opened()
        try release.use(1_000, of: id)
        await release.round(after: 301_000)
        let before = try #require(try release.rollout(id).last?.inputs.requests)
        try release.use(500, of: id)
        try await release.report(1, of: id)
        await release.round(after: 301_000)
        #expect(try release.rollout(id).last?.inputs.requests == before + 500)
        try release.close()
    }
}
