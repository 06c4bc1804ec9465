import ReleaseModel

/// How a plan opens.
extension LintRule {
    static let ofExposure = [
        monotoneExposure, stageCeiling, cohortCeiling, invitationTime, companions, weightResolution, closedBeforeOpen,
    ]

    static let monotoneExposure = LintRule(
        "monotone-exposure", .error,
        "A later stage lets in at least those whom an earlier one let in: no smaller weight, ceiling or level."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated().dropFirst() {
            let path = FieldPath.stage(index)
            let before = spec.openings(atStage: index - 1)
            for cohort in stage.audience.cohorts {
                guard let opening = before[cohort] else { continue }
                let earlier = spec.stages[opening.stage]
                if stage.setWeight < opening.weight {
                    objections.add(
                        path["setWeight"],
                        "is \(stage.setWeight), and \(cohort) had \(opening.weight) in \(earlier.name); expected at "
                            + "least that, since nobody is put out again")
                }
                if stage.audience.isNarrower(than: earlier.audience) {
                    objections.add(
                        path["audience"],
                        "lets fewer of \(cohort) in than \(earlier.name) did; raise its ceilings to at least those")
                }
            }
            let level = spec.stages[index - 1].level
            if stage.level < level {
                objections.add(
                    path["level"],
                    "is \(stage.level.rawValue), and \(spec.stages[index - 1].name) was \(level.rawValue) already; "
                        + "expected that or more")
            }
        }
    }

    static let stageCeiling = LintRule(
        "stage-ceiling", .error,
        "Every stage but the last bounds how far it opens: by weight, list, places, ceiling, budget or what it gives."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated().dropLast() {
            let audience = stage.audience
            let isBounded =
                stage.setWeight < .everybody || audience.applications != nil || audience.people != nil
                || stage.exposureBudget != nil || stage.caps.requestsPerDay != nil || !stage.components.isEmpty
                || audience.cohorts.allSatisfy { spec.cohort(named: $0).map { $0.places != nil } ?? true }
            guard !isBounded else { continue }
            objections.add(
                .stage(index),
                "has no ceiling; give it a setWeight below 100, audience.applications.max, audience.people.max, "
                    + "caps.requestsPerDay or an exposureBudget")
        }
    }

    static let cohortCeiling = LintRule(
        "cohort-ceiling", .error,
        "A weight below 100 lets in at least one of the most that a stage's audience can ever have."
    ) { spec, objections in
        let unit = spec.bucketing.unit
        for (index, stage) in spec.stages.enumerated() {
            guard let most = spec.ceiling(of: unit, inStage: index), stage.setWeight < .everybody else { continue }
            let expected = Double(most) * stage.setWeight.fraction
            guard expected < 1 else { continue }
            objections.add(
                .stage(index)["setWeight"],
                "is \(stage.setWeight), and \(stage.name) can have at most \(Figures.count(Double(most))) "
                    + "\(unit.inWords), of which that lets in \(Figures.rate(expected)) on average: probably nobody; "
                    + "raise it, or the ceiling")
        }
    }

    static let invitationTime = LintRule(
        "invitation-time", .warning, "A stage has the time to invite as many as it may let in."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated() {
            guard let weekly = stage.audience.invitationsPerWeek,
                let most = spec.ceiling(of: spec.bucketing.unit, inStage: index)
            else { continue }
            let longest =
                index < spec.stages.count - 1 ? spec.mostTime(of: stage).days : stage.watch?.for.days ?? .infinity
            let invited = (longest / 7).rounded(.up) * Double(weekly)
            guard invited < Double(most) else { continue }
            objections.add(
                .stage(index)["audience"]["invitationsPerWeek"],
                "is \(weekly), which invites \(Figures.count(invited)) of the at most \(Figures.count(Double(most))) "
                    + "\(spec.bucketing.unit.inWords) of \(stage.name) in the time that it has; raise it or the "
                    + "time, or lower the ceiling")
        }
    }

    static let companions = LintRule(
        "companions", .error,
        "A stage that opens to the public, or that reaches the level hosted, names the controls that must be up."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated() where stage.companions.isEmpty {
            guard spec.isPublic(stage) || stage.level >= .hosted else { continue }
            let why = spec.isPublic(stage) ? "opens to the public" : "is at the level \(stage.level.rawValue)"
            objections.add(
                .stage(index)["companions"],
                "is empty, and the stage \(why); name what must be up beside it, such as a filter and a way to report"
            )
        }
    }

    static let weightResolution = LintRule(
        "weight-resolution", .error, "Every weight is a whole number of buckets."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated()
        where !(stage.setWeight.millionths * spec.bucketing.resolution).isMultiple(of: 1_000_000) {
            objections.add(
                .stage(index)["setWeight"],
                "is \(stage.setWeight), no whole number of \(spec.bucketing.resolution) buckets; round it, or raise "
                    + "spec.bucketing.resolution")
        }
    }

    static let closedBeforeOpen = LintRule(
        "closed-before-open", .error,
        "Weights leave only after a stage of the plan without weights, or behind evidence of one: the gate api-stage."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated() where stage.level.isIrrevocable {
            let isFirst = index == 0 || !spec.stages[index - 1].level.isIrrevocable
            guard isFirst, !stage.gates.contains(where: { $0.evidence.text == "api-stage" }) else { continue }
            guard !spec.stages.prefix(index).contains(where: { $0.level > .closed && !$0.level.isIrrevocable }) else {
                continue
            }
            objections.add(
                .stage(index)["level"],
                "is \(stage.level.rawValue), which nobody can take back, and no stage before it was not; put one "
                    + "before it, or add the gate {evidence: api-stage}")
        }
    }
}

extension PlanBucketing.Unit {
    /// Several of it, for sentences.
    fileprivate var inWords: String {
        switch self {
        case .application: "applications"
        case .account: "accounts"
        }
    }
}
