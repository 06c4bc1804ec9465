import ReleaseModel

/// Whether a plan can be carried out.
extension LintRule {
    static let ofFeasibility = [
        knownTraffic, trafficUnknown, detectableClaim, minimumExposure, countedStrata, timeToDecide,
    ]

    static let knownTraffic = LintRule(
        "known-traffic", .error, "Expected traffic is that of stages that the plan has."
    ) { spec, objections in
        let known = Set(spec.stages.map(\.name))
        for (unit, expected) in spec.traffic.units.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for name in expected.stages.keys.sorted() where !known.contains(name) {
                let hint = Spelling.nearest(to: name.text, among: known.map(\.text).sorted())
                objections.add(
                    .spec["traffic"][unit.rawValue]["stages"][name.text],
                    "is no stage of the plan; \(hint.map { "did you mean \($0)?" } ?? "take it out")")
            }
        }
    }

    static let trafficUnknown = LintRule(
        "traffic-unknown", .warning, "A plan says how much use it expects, so that its bounds can be judged."
    ) { spec, objections in
        let unknown = Dictionary(grouping: spec.feasibility(), by: \.stage).sorted { $0.key < $1.key }
        for (stage, metrics) in unknown {
            let name = spec.stages[stage].name
            let unused = metrics.filter { $0.reach == nil }.map(\.metric.text)
            if !unused.isEmpty {
                objections.add(
                    .spec["traffic"],
                    "does not say how much use \(name) will have, so nobody knows whether it can decide about "
                        + "\(unused.joined(separator: ", ")); add what you expect each day")
            }
            let capped = metrics.filter { $0.reach != nil && $0.missesActors }.map(\.metric.text)
            if !capped.isEmpty {
                objections.add(
                    .spec["traffic"],
                    "does not say how many actors \(name) will have, of whom \(capped.joined(separator: ", ")) counts "
                        + "each only so often, so nobody knows whether it can decide; add the accountDays that you "
                        + "expect each day")
            }
        }
    }

    static let detectableClaim = LintRule(
        "detectable-claim", .error, "No stage has to show a rate that its exposure could not show without any event."
    ) { spec, objections in
        for feasibility in spec.feasibility() {
            guard let reach = feasibility.reach, let smallest = feasibility.smallestRate, smallest > feasibility.bound
            else { continue }
            objections.add(
                .stage(feasibility.stage)["analysis"]["metrics"],
                "asks for \(feasibility.metric) below \(Figures.rate(feasibility.bound)), and the "
                    + "\(Figures.count(reach)) exposures that \(spec.stages[feasibility.stage].name) can have exclude "
                    + "no rate below \(Figures.rate(smallest)), even without an event; raise the bound, the time or "
                    + "the exposure")
        }
    }

    static let minimumExposure = LintRule(
        "minimum-exposure", .error, "A stage can have the exposure that it asks for, in all and in each stratum."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated().dropLast() {
            let path = FieldPath.stage(index)
            for name in stage.analysis.metrics {
                guard let metric = spec.metric(named: name), let reach = spec.reach(ofStage: index, of: metric),
                    reach < Double(stage.analysis.minExposure)
                else { continue }
                objections.add(
                    path["analysis"]["minExposure"],
                    "is \(Figures.count(Double(stage.analysis.minExposure))), and \(name) can have "
                        + "\(Figures.count(reach)) by the end of \(stage.name); lower it, or expect more use")
            }
            guard let perDay = spec.traffic.perDay(.requests, in: stage) else { continue }
            let most = perDay * spec.mostTime(of: stage).days
            for (place, stratum) in stage.strata.enumerated() {
                let sum = stratum.quotas.values.reduce(0) { $0 + Double($1) }
                guard sum > most else { continue }
                objections.add(
                    path["strata"][place]["quotas"],
                    "add up to \(Figures.count(sum)), and \(stage.name) can have \(Figures.count(most)) requests; "
                        + "lower them")
            }
        }
    }

    static let countedStrata = LintRule(
        "counted-strata", .error, "A stage waits for parts of the public that gateways can tell apart."
    ) { spec, objections in
        var headers: [Stratum.Dimension: HeaderName?] = [:]
        for (index, stage) in spec.stages.enumerated().dropLast() {
            for (place, stratum) in stage.strata.enumerated() {
                let path = FieldPath.stage(index)["strata"][place]
                let first = headers[stratum.dimension, default: stratum.header]
                headers[stratum.dimension] = first
                if stratum.header != first {
                    objections.add(
                        path["header"],
                        "is \(stratum.header?.text ?? "not there"), and an earlier stage goes by "
                            + "\(first?.text ?? "none"); a plan counts by one header, so write the same in all")
                } else if stratum.dimension == .language, stratum.header == nil {
                    objections.add(
                        path["header"],
                        "is missing, and no grant says a language; name the header in which applications say it, "
                            + "such as x-user-language")
                }
                if let (one, other) = stratum.indistinct {
                    objections.add(
                        path["quotas"], "has \(one) and \(other), which are one language; keep one of them")
                }
            }
        }
    }

    static let timeToDecide = LintRule(
        "time-to-decide", .warning, "A release that is good by far is probably decided in the time that a stage has."
    ) { spec, objections in
        for feasibility in spec.feasibility() {
            guard let reach = feasibility.reach, reach < feasibility.toDecide, let smallest = feasibility.smallestRate,
                smallest <= feasibility.bound
            else { continue }
            objections.add(
                .stage(feasibility.stage)["bake"]["max"],
                "leaves \(feasibility.metric) \(Figures.count(reach)) exposures, and at a true rate of a quarter of "
                    + "its bound one release in ten needs more than \(Figures.count(feasibility.toDecide)); "
                    + "\(spec.stages[feasibility.stage].name) would probably hold, so raise the time, the traffic or "
                    + "the bound")
        }
    }
}

extension Stratum {
    /// Two parts that no request tells apart: languages that differ in case alone.
    fileprivate var indistinct: (Name, Name)? {
        guard self.dimension == .language else { return nil }
        var known: [String: Name] = [:]
        for part in self.quotas.keys.sorted() {
            if let other = known.updateValue(part, forKey: part.text.lowercased()) { return (other, part) }
        }
        return nil
    }
}
