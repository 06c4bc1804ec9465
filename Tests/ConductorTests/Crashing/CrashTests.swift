import ControlAPI
import Foundation
import Ledger
import ReleaseModel
import SluiceTesting
import StageControl
import Store
import Testing

/// The process ends at each call that writes, synchronizes, renames or cuts a file of the log or of the store.
@Suite("A rollout whose process ends at a write", .serialized)
struct CrashTests {
    /// Ends a course at one call, in this process, and answers with the step that it was in.
    private static func end(_ course: Course, at call: Int, in folder: String) async throws -> Int {
        let disk = DyingDisk(at: call)
        let release: ConductedRelease
        do {
            release = try await ConductedRelease(in: folder, boot: 2, on: disk)
        } catch {
            try #require(disk.isDead, "\(error)")
            return 0
        }
        var reached = 0
        for step in Course.steps {
            do {
                try await step(release)
            } catch {
                try #require(disk.isDead, "\(error)")
            }
            if disk.isDead { break }
            reached += 1
        }
        let published = release.plane.rollouts.current.pages.values.first?.rollout
        // What stays open is closed, which is all that a process does that ends.
        try? release.close()
        try Self.check(published, isAheadOf: folder, course, reached)
        return reached
    }

    /// Nothing was published that is not on the disk.
    private static func check(
        _ published: Rollout?, isAheadOf folder: String, _ course: Course, _ reached: Int
    ) throws {
        let (before, after) = (course.places[reached], course.places[min(reached + 1, course.places.count - 1)])
        try #require(published == before.rollout || published == after.rollout)
        guard published != before.rollout else { return }
        let reader = try LogReader(directory: "\(folder)/control")
        var entries: [[UInt8]] = []
        try reader.entries(0..<UInt64(after.entries.count)) { _, bytes in entries.append(bytes) }
        try #require(entries == after.entries, "it was published and is not on the disk")
    }

    /// Opens what an end left: it is at a step, before or after, and goes on from there to the course's end.
    private static func goOn(_ course: Course, in folder: String, after reached: Int?) async throws {
        let time = VirtualTime()
        time.pass(milliseconds: 600_000)
        let release = try await ConductedRelease(in: folder, at: time, boot: 3)
        let place = try await Course.Place(of: release)
        let step = try course.step(of: place)
        if let reached { try #require(reached...(reached + 1) ~= step, "at \(step), and the end came in \(reached)") }
        try #require(place.rollout == course.places[step].rollout, "the fold is not the one of the course")
        for step in Course.steps[min(step, Course.steps.count)...] { try await step(release) }
        let ended = try release.rollout(try release.only)
        try #require(ended.phase == .aborted && ended.stage == nil && ended.enforcement.openings.isEmpty)
        let log = try DecisionLog(release.reader)
        try log.requireNoDifference()
        try log.requireSameBytes()
        let state = try Self.folded(release)
        try release.close()
        let again = try await ConductedRelease(in: folder, at: time, boot: 4)
        try #require(try Self.folded(again) == state)
        try again.close()
        let signer = try NoteSigner(name: ConductedRelease.origin, seed: [UInt8](repeating: 7, count: 32))
        let report = try LogCheck(directory: "\(folder)/control", verifiers: [signer.verifier]).fsck()
        try #require(report.findings.isEmpty, "\(report.findings)")
    }

    private static func folded(_ release: ConductedRelease) throws -> [RolloutID: Rollout] {
        release.plane.rollouts.current.pages.mapValues(\.rollout)
    }

    /// So many of the calls of a course, spread over all of it.
    private static func calls(_ few: Int, of course: Course) -> [Int] {
        let step = Proof.isFull ? 1 : max(1, course.calls / few)
        return Array(stride(from: 0, to: course.calls, by: step))
    }

    @Test("is before or after the step that the end came in, and goes on from there", .timeLimit(.minutes(30)))
    func everyCall() async throws {
        let course = try await Course()
        let calls = Self.calls(24, of: course)
        var (steps, sound) = (Set<Int>(), 0)
        for call in calls {
            let folder = try Course.copy(course.furnished)
            do {
                let reached = try await Self.end(course, at: call, in: folder.path)
                steps.insert(reached)
                try await Self.goOn(course, in: folder.path, after: reached)
                sound += 1
            } catch {
                Issue.record("call \(call): \(error)")
            }
        }
        #expect(steps.count > 10, "ends came in \(steps.sorted())")
        try Proof.note(
            "ended at \(calls.count) of \(course.calls) calls that write, in \(steps.count) places of the course: "
                + "whole \(sound) times")
    }

    /// Alone: a process that is being started holds the locks of logs that other tests open anew.
    @Test("is the same for a process that the kernel killed", .enabled(if: Proof.isFull), .timeLimit(.minutes(60)))
    func killed() async throws {
        let course = try await Course()
        let calls = Self.calls(1, of: course)
        var sound = 0
        for call in calls {
            let folder = try Course.copy(course.furnished)
            let path = folder.path
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, call = call as Int] in
                let release = try await ConductedRelease(in: path, boot: 2, on: DyingDisk(at: call, .isKilled))
                for step in Course.steps { try await step(release) }
                try release.close()
            }
            do {
                try await Self.goOn(course, in: path, after: nil)
                sound += 1
            } catch {
                Issue.record("call \(call): \(error)")
            }
        }
        try Proof.note("killed by the kernel at \(calls.count) of \(course.calls) such calls: whole \(sound) times")
    }
}
