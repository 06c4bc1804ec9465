import ReleaseModel
import StageControl
import StrictJSON

/// What a rollout's caps have come to, for people and their tools: places that are held, exposure that is used.
enum CapsDocument {
    /// The places of each stage under whose terms somebody is let in, and of the one that is open.
    static func places(of rollout: Rollout, at now: Timestamp) -> JSONValue {
        let stages = Set(rollout.enforcement.openings.map(\.stage) + [rollout.stage].compactMap(\.self)).sorted()
        return .array(
            stages.compactMap { index in
                rollout.admissions.counts(ofStage: index, at: now).map { Self.value($0, rollout.spec.stages[index]) }
            })
    }

    private static func value(_ counts: AdmissionCounts, _ stage: Stage) -> JSONValue {
        var members: [String: JSONValue] = [
            "stage": .string(stage.name.text), "applications": .integer(Int64(counts.applications)),
            "people": .integer(Int64(counts.people)), "queued": .integer(Int64(counts.waiting)),
            "invited_this_week": .integer(Int64(counts.invitedThisWeek)),
        ]
        members["most_applications"] = stage.audience.applications.map { .integer(Int64($0.max)) }
        members["most_people"] = stage.audience.people.map { .integer(Int64($0.max)) }
        members["invitations_per_week"] = stage.audience.invitationsPerWeek.map { .integer(Int64($0)) }
        return .object(members)
    }

    /// The budgets of exposure that hold now.
    static func exposure(_ standings: [ExposureStanding], in spec: ReleasePlan.Spec) -> JSONValue {
        .array(
            standings.map { standing in
                var members: [String: JSONValue] = [
                    "budget": .integer(Int64(standing.term.budget)), "used": .integer(Int64(standing.used)),
                    "written_off": .integer(Int64(standing.writtenOff)), "lent": .integer(Int64(standing.lent)),
                    "left": .integer(Int64(standing.left)), "begins": .integer(standing.term.begins.milliseconds),
                ]
                members["ends"] = standing.term.ends.map { .integer($0.milliseconds) }
                if case .day(let stage) = standing.meter {
                    members["stage"] = .string(spec.stages[stage].name.text)
                }
                return .object(members)
            })
    }
}
