import ReleaseModel

/// What ends a stage, for good or ill.
extension LintRule {
    static let ofCriteria = [
        exitCriteria, abortCriteria, knownMetric, unusedMetric, safetyMetric, monitoringContinues, lastStageWatch,
    ]

    static let exitCriteria = LintRule(
        "exit-criteria", .error,
        "Every stage but the last ends by something that is shown: an advance rule, or a gate of the next stage."
    ) { spec, objections in
        for index in spec.stages.indices.dropLast() where spec.exitCriteria(ofStage: index).isNone {
            objections.add(
                .stage(index)["analysis"]["metrics"],
                "names no metric with an advance rule, and the next stage has no gate, so that only time would end the "
                    + "stage; add one or the other")
        }
    }

    static let abortCriteria = LintRule(
        "abort-criteria", .error, "In every stage something can close: a rollback rule or a tripwire."
    ) { spec, objections in
        for index in spec.stages.indices where spec.abortCriteria(ofStage: index).isNone {
            objections.add(
                .stage(index)["analysis"],
                "watches no metric with a rollback rule or a tripwire; name one in metrics or guards")
        }
    }

    static let knownMetric = LintRule(
        "known-metric", .error, "Every metric that a stage watches is defined, and named once."
    ) { spec, objections in
        let known = spec.metrics.map(\.name.text)
        for (index, stage) in spec.stages.enumerated() {
            let path = FieldPath.stage(index)["analysis"]
            for (field, names) in [("metrics", stage.analysis.metrics), ("guards", stage.analysis.guards)] {
                for (place, name) in names.enumerated() where spec.metric(named: name) == nil {
                    let hint = Spelling.nearest(to: name.text, among: known).map { "did you mean \($0)?" }
                    objections.add(
                        path[field][place],
                        "is \(name), which spec.metrics does not define; \(hint ?? "define it there")")
                }
            }
            for (place, name) in stage.analysis.guards.enumerated() where stage.analysis.metrics.contains(name) {
                objections.add(
                    path["guards"][place], "is \(name), which metrics names already with all its rules; take it out")
            }
        }
    }

    static let unusedMetric = LintRule(
        "unused-metric", .warning, "Every metric is watched in a stage."
    ) { spec, objections in
        let watched = Set(spec.stages.flatMap(\.analysis.watched))
        for (index, metric) in spec.metrics.enumerated() where !watched.contains(metric.name) {
            objections.add(
                .metric(index), "is \(metric.name), which no stage watches; name it in an analysis or take it out")
        }
    }

    static let safetyMetric = LintRule(
        "safety-metric", .error, "A plan watches for harm: at least one metric is of the kind safety."
    ) { spec, objections in
        guard !spec.metrics.contains(where: { $0.kind == .safety }) else { return }
        objections.add(.spec["metrics"], "has none of the kind safety; add what would show that the release does harm")
    }

    static let monitoringContinues = LintRule(
        "monitoring-continues", .error, "A safety metric that one stage watches, all later ones watch."
    ) { spec, objections in
        var earlier: [Name: Name] = [:]
        for (index, stage) in spec.stages.enumerated() {
            let watched = Set(stage.analysis.watched)
            for metric in spec.metrics where metric.kind == .safety {
                if watched.contains(metric.name) {
                    earlier[metric.name] = earlier[metric.name] ?? stage.name
                } else if let first = earlier[metric.name] {
                    objections.add(
                        .stage(index)["analysis"],
                        "no longer watches \(metric.name), as \(first) did; who means harm waits for that. Name it in "
                            + "metrics or guards")
                }
            }
        }
    }

    static let lastStageWatch = LintRule(
        "last-stage-watch", .error, "The last stage is watched after it opened."
    ) { spec, objections in
        guard let last = spec.stages.last, last.watch.map({ $0.for == .zero }) ?? true else { return }
        objections.add(
            .stage(spec.stages.count - 1)["watch"], "is missing or 0s; say for how long, such as {for: 90d}")
    }
}
