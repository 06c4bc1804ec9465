import ReleaseModel

/// What metrics may do, and whether they can.
extension LintRule {
    static let ofMetrics = [
        possibleBounds, indifferenceZone, ratioBaseline, qualityHolds, tripwireOnSafety, tripwireMissing,
        influenceCap, reportingDelay, detectionRecall, noDataLag,
    ]

    static let possibleBounds = LintRule(
        "possible-bounds", .error,
        "A bound lies where the metric can: above 0, of a share below 1, of a mean below its cap, of harm against a "
            + "baseline at least 1."
    ) { spec, objections in
        for (index, metric) in spec.metrics.enumerated() {
            let path = FieldPath.metric(index)["rules"]
            let limit = metric.largestBound
            for rule in metric.rules.bounds {
                let bound = path[rule.name]["bound"]
                if rule.bound <= 0 {
                    objections.add(bound, "is \(Figures.rate(rule.bound)); expected more than 0")
                } else if !rule.isRatio, rule.bound >= limit {
                    objections.add(
                        bound,
                        "is \(Figures.rate(rule.bound)); expected less than \(Figures.rate(limit)), the most "
                            + "that \(metric.type.rawValue) can be here")
                } else if rule.isRatio, rule.isHarm, rule.bound < 1 {
                    objections.add(
                        bound,
                        "is \(Figures.rate(rule.bound)), which a candidate as good as its baseline exceeds; "
                            + "expected at least 1")
                }
            }
        }
    }

    static let indifferenceZone = LintRule(
        "indifference-zone", .error,
        "What is good enough to advance lies below what is bad enough to roll back, and not above what holds."
    ) { spec, objections in
        for (index, metric) in spec.metrics.enumerated() {
            guard let advance = metric.rules.advance else { continue }
            let path = FieldPath.metric(index)["rules"]
            if let rollback = metric.rules.rollback, rollback.test.opposite == advance.test,
                advance.bound >= rollback.bound
            {
                objections.add(
                    path["advance"]["bound"],
                    "is \(Figures.rate(advance.bound)), not below the rollback bound \(Figures.rate(rollback.bound)); "
                        + "between them a release may be either, so leave room")
            }
            if let hold = metric.rules.hold, hold.test.opposite == advance.test, advance.bound > hold.bound {
                objections.add(
                    path["advance"]["bound"],
                    "is \(Figures.rate(advance.bound)), above the hold bound \(Figures.rate(hold.bound)); lower it")
            }
        }
    }

    static let ratioBaseline = LintRule(
        "ratio-baseline", .error, "A ratio to the baseline is tested only in a plan that has one."
    ) { spec, objections in
        guard spec.baseline == nil else { return }
        for (index, metric) in spec.metrics.enumerated() {
            for rule in metric.rules.bounds where rule.isRatio {
                objections.add(
                    .metric(index)["rules"][rule.name]["test"],
                    "compares with a baseline, and the plan has none; name spec.baseline, or give a bound of its own")
            }
        }
    }

    static let qualityHolds = LintRule(
        "quality-holds", .error, "A quality metric may hold and never rolls back: a worse answer is no danger."
    ) { spec, objections in
        for (index, metric) in spec.metrics.enumerated() where metric.kind == .quality {
            guard metric.rules.rollback != nil else { continue }
            objections.add(
                .metric(index)["rules"]["rollback"],
                "is the rule of a quality metric; make it a hold, or make the metric one of health")
        }
    }

    static let tripwireOnSafety = LintRule(
        "tripwire-on-safety", .error, "Only safety metrics have tripwires, which act without statistics."
    ) { spec, objections in
        for (index, metric) in spec.metrics.enumerated() where metric.kind != .safety && metric.rules.tripwire != nil {
            objections.add(
                .metric(index)["rules"]["tripwire"],
                "is the tripwire of a \(metric.kind.rawValue) metric; use a rollback or hold rule")
        }
    }

    static let tripwireMissing = LintRule(
        "tripwire-missing", .warning, "At least one safety metric has a tripwire for what is too bad to wait."
    ) { spec, objections in
        let safety = spec.metrics.filter { $0.kind == .safety }
        guard !safety.isEmpty, safety.allSatisfy({ $0.rules.tripwire == nil }) else { return }
        objections.add(
            .spec["metrics"],
            "has no tripwire; statistics need many events, so say which single one stops, such as "
                + "{where: \"severity == 'critical'\"}")
    }

    static let influenceCap = LintRule(
        "influence-cap", .warning, "One actor cannot roll a release back alone."
    ) { spec, objections in
        for (index, metric) in spec.metrics.enumerated()
        where metric.kind == .safety && metric.rules.rollback != nil && metric.influenceCap == nil {
            objections.add(
                .metric(index)["influenceCap"],
                "is missing; one actor could force a rollback, or hide one by harmless use. Add "
                    + "{per: \(spec.bucketing.unit.rawValue), events: 1}")
        }
    }

    static let reportingDelay = LintRule(
        "reporting-delay", .error, "The percentiles of a reporting delay increase."
    ) { spec, objections in
        for (index, metric) in spec.metrics.enumerated() {
            guard let delay = metric.reportingDelay else { continue }
            let path = FieldPath.metric(index)["reportingDelay"]
            if delay.p90 <= delay.p50 {
                objections.add(path["p90"], "is \(delay.p90), and p50 is \(delay.p50); expected more than that")
            }
            if delay.p99 <= delay.p90 {
                objections.add(path["p99"], "is \(delay.p99), and p90 is \(delay.p90); expected more than that")
            }
        }
    }

    static let detectionRecall = LintRule(
        "detection-recall", .error, "What is proven to be seen is a share above 0, with a confidence below 1."
    ) { spec, objections in
        for (index, metric) in spec.metrics.enumerated() {
            guard let detection = metric.detection else { continue }
            let path = FieldPath.metric(index)["detection"]
            if detection.minRecall <= 0 || detection.minRecall > 1 {
                objections.add(
                    path["minRecall"], "is \(detection.minRecall); expected a share above 0 and at most 1")
            }
            if detection.confidence <= 0 || detection.confidence >= 1 {
                objections.add(
                    path["confidence"], "is \(detection.confidence); expected a share above 0 and below 1")
            }
        }
    }

    static let noDataLag = LintRule(
        "no-data-lag", .error, "Nothing is called missing before it is late."
    ) { spec, objections in
        for (index, metric) in spec.metrics.enumerated() where metric.onNoData.after <= spec.evaluation.watermarkLag {
            objections.add(
                .metric(index)["onNoData"]["after"],
                "is \(metric.onNoData.after), and data are \(spec.evaluation.watermarkLag) late at the best "
                    + "(spec.evaluation.watermarkLag), so that the stage would always hold; raise it")
        }
    }
}

extension PlanMetric {
    /// What an absolute bound must stay below.
    fileprivate var largestBound: Double {
        switch (self.type, self.source) {
        case (.proportion, _), (.exceedance, _): 1
        case (.boundedMean, .gateway(.mean(_, let cap))): cap
        default: .infinity
        }
    }
}

extension MetricRules {
    /// Every rule with a bound.
    fileprivate var bounds: [(name: String, bound: Double, isRatio: Bool, isHarm: Bool)] {
        var bounds: [(name: String, bound: Double, isRatio: Bool, isHarm: Bool)] = []
        if let rule = self.advance { bounds.append(("advance", rule.bound, rule.test.isRatio, false)) }
        if let rule = self.rollback { bounds.append(("rollback", rule.bound, rule.test.isRatio, true)) }
        if let rule = self.hold { bounds.append(("hold", rule.bound, rule.test.isRatio, true)) }
        return bounds
    }
}
