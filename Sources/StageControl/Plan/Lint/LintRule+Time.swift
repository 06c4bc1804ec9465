import ReleaseModel

/// How long a plan takes.
extension LintRule {
    static let ofTime = [minimumDuration, fullWeeks, progressDeadline, changeWindow]

    static let minimumDuration = LintRule(
        "minimum-duration", .error, "Every stage lasts for some time; the last one's is its watch."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated() where (stage.bake?.min ?? .zero) == .zero {
            guard index < spec.stages.count - 1 || stage.watch == nil else { continue }
            objections.add(
                .stage(index)["bake"],
                "is missing or 0s; say how long the stage lasts at least, such as {min: 7d}")
        }
    }

    static let fullWeeks = LintRule(
        "full-weeks", .error, "A stage that covers full weeks or days lasts as long as one."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated() {
            guard let bake = stage.bake, let cover = bake.cover, bake.min < cover.least else { continue }
            objections.add(
                .stage(index)["bake"]["min"],
                "is \(bake.min), and the stage covers \(cover.rawValue); expected at least \(cover.least)")
        }
    }

    static let progressDeadline = LintRule(
        "progress-deadline", .error, "The progress deadline leaves every stage the time that it needs at least."
    ) { spec, objections in
        for stage in spec.stages {
            guard let bake = stage.bake, spec.progressDeadline < bake.min else { continue }
            objections.add(
                .spec["progressDeadline"],
                "is \(spec.progressDeadline), and \(stage.name) lasts at least \(bake.min), so that it would always "
                    + "hold; expected at least that")
        }
    }

    static let changeWindow = LintRule(
        "change-window", .error, "Every change window opens, for longer than the time between two evaluations."
    ) { spec, objections in
        for (index, window) in spec.evaluation.changeWindows.enumerated() {
            let path = FieldPath.spec["evaluation"]["changeWindows"][index]
            if window.days.isEmpty {
                objections.add(path["days"], "is empty, so that the window never opens; name a day")
            }
            if window.to <= window.from {
                objections.add(
                    path["to"],
                    "is \(window.to), not after 'from' (\(window.from)), so that the window never opens; end it on the "
                        + "same day, at 24:00 at the latest")
            } else if TimeSpan(window.to.minutes - window.from.minutes, .minute) < spec.evaluation.interval {
                objections.add(
                    path["to"],
                    "is \(window.to), and rules are evaluated each \(spec.evaluation.interval), so that the window may "
                        + "pass unseen; make it longer, or lower spec.evaluation.interval")
            }
        }
    }
}
