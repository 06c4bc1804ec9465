import ReleaseModel

/// Who answers, who opens and who stops.
extension LintRule {
    static let ofPeople = [owner, twoPeople, peopleOpen, overrides]

    static let owner = LintRule(
        "owner", .error, "Somebody answers for every stage."
    ) { spec, objections in
        guard spec.owner == nil, spec.stages.contains(where: { $0.owner == nil }) else { return }
        objections.add(
            .spec["owner"], "is missing; name the team, or the identifier of the person, that answers for the release")
    }

    static let twoPeople = LintRule(
        "two-people", .error, "Where people open something, they are at least two different ones."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated() {
            guard let approval = stage.requiresApproval, !spec.widening(atStage: index).isNone else { continue }
            let path = FieldPath.stage(index)["requiresApproval"]
            if approval.distinct < 2 {
                objections.add(
                    path["distinct"],
                    "is \(approval.distinct), and the stage opens more than the one before; expected 2")
            }
            if approval.roles.isEmpty {
                objections.add(path["roles"], "is empty, so that anybody could open the stage; name at least one role")
            }
        }
    }

    static let peopleOpen = LintRule(
        "people-open", .error,
        "People decide about a new cohort, a higher level and what is given away; rules widen only what they have seen."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated() where stage.requiresApproval == nil {
            let widening = spec.widening(atStage: index)
            guard widening.asksForPeople else { continue }
            let what =
                if let cohort = widening.newCohorts.first {
                    "lets in \(cohort) for the first time, of which no evidence speaks yet"
                } else if widening.raisesLevel {
                    "goes on to the level \(stage.level.rawValue)"
                } else {
                    "gives something away for good"
                }
            objections.add(
                .stage(index)["requiresApproval"],
                "is missing, and the stage \(what); ask for people, such as {roles: [release_manager, approver], "
                    + "distinct: 2}")
        }
    }

    static let overrides = LintRule(
        "overrides", .error,
        "To open against the rules takes two people, a reason and the evidence, and lasts a day; to close takes one."
    ) { spec, objections in
        let (opening, closing) = (spec.overrides.riskIncreasing, spec.overrides.riskReducing)
        let path = FieldPath.spec["overrides"]["riskIncreasing"]
        if opening.approvers < 2 {
            objections.add(path["approvers"], "is \(opening.approvers); expected at least 2")
        }
        if opening.roles.isEmpty {
            objections.add(path["roles"], "is empty, so that anybody could override; name at least one role")
        }
        if opening.reason != .required {
            objections.add(path["reason"], "is \(opening.reason.rawValue); expected required")
        }
        if opening.expires == .zero || opening.expires > TimeSpan(1, .day) {
            objections.add(path["expires"], "is \(opening.expires); expected more than 0s and at most 1d")
        }
        if !opening.boundToEvidence {
            objections.add(
                path["boundToEvidence"], "is false, so that it outlives what its approvers saw; expected true")
        }
        if closing.approvers != 1 {
            objections.add(
                .spec["overrides"]["riskReducing"]["approvers"],
                "is \(closing.approvers); expected 1, since a stop must be somebody's and must not wait for another")
        }
    }
}
