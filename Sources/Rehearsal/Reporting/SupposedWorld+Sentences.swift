import ReleaseModel
import StageControl

extension SupposedWorld {
    /// What is supposed, a sentence each: above all what nobody said.
    var sentences: [String] {
        let suppositions = self.suppositions
        var sentences = zip(self.spec.metrics, self.metrics).map { self.sentence($0, $1) }
        if !self.spec.stages.allSatisfy(\.gates.isEmpty) {
            sentences.append("All evidence that gates ask for is accepted, and renewed in time.")
        }
        sentences.append(
            suppositions.approvalDelay == .zero
                ? "People sign as soon as nothing else is in the way."
                : "People sign \(suppositions.approvalDelay) after nothing else is in the way.")
        sentences.append(
            "Gateways confirm at once, controls are up, sources answer, and units fall to the arms as planned.")
        sentences.append("Use comes evenly, day and night; no stage has more users in its first days or its last.")
        if suppositions.clustering > 1 {
            sentences.append(
                "An account that does harm does it \(Figures.decimal(suppositions.clustering)) times on average.")
        }
        if self.spec.metrics.contains(where: { $0.reportingDelay != nil }) {
            let factor = suppositions.delayFactor
            sentences.append(
                factor == 1
                    ? "Reports are as late as the plan says, the last of a hundred up to twice its p99."
                    : "Reports are \(Figures.decimal(factor)) times as late as the plan says.")
        }
        if !self.spec.stages.allSatisfy(\.strata.isEmpty) {
            sentences.append("Each part of the public uses the model in proportion to its quota.")
        }
        let zones = Set(self.spec.evaluation.changeWindows.map(\.timeZone)).map(\.description).sorted()
        for zone in zones where zone != "UTC" {
            let minutes = suppositions.zones.first { $0.zone == zone }?.minutes ?? 0
            let hours = Figures.decimal(Double(abs(minutes)) / 60)
            sentences.append("\(zone) is UTC \(minutes < 0 ? "−" : "+") \(hours) h all the time.")
        }
        return sentences + [
            "A run ends where the machine goes back, or holds until people decide: what they decide is not the plan's."
        ]
    }

    private func sentence(_ metric: PlanMetric, _ supposed: SupposedMetric) -> String {
        let rates = Set(supposed.rates).sorted().map { Figures.rate($0) }
        let unit = metric.exposure.inWords
        var text = "\(metric.name): the true rate is \(rates.joined(separator: " to ")) per \(unit)"
        if supposed.isUsual {
            text +=
                metric.bound == nil
                ? ", since nobody said another"
                : ", \(Figures.decimal(Rehearsal.usualShare)) of its bound, since nobody said another"
        }
        if metric.isCompared { text += "; the baseline's is \(Figures.rate(supposed.baselineRate))" }
        if metric.detection != nil { text += "; \(Figures.percent(supposed.recall)) of it is seen" }
        if let tripwire = metric.rules.tripwire, let condition = tripwire.where {
            text +=
                supposed.tripwireShare == 0
                ? "; no event meets the tripwire's condition \(condition), since nobody said how many do"
                : "; of its events \(Figures.percent(supposed.tripwireShare)) meet the tripwire's condition "
                    + "\(condition)"
        }
        let missing = self.spec.stages.indices.filter { index in
            self.spec.stages[index].analysis.watched.contains(metric.name)
                && self.spec.missesActors(of: metric, inStage: index, expecting: self.traffic)
        }
        if !missing.isEmpty {
            let stages = missing.map { self.spec.stages[$0].name.text }.joined(separator: ", ")
            text +=
                "; in \(stages) every \(unit) is taken to be another actor's, since nobody said how many "
                + "accountDays there are"
        }
        return text + "."
    }
}

extension ExposureUnit {
    /// One of it, for sentences.
    fileprivate var inWords: String {
        switch self {
        case .requests: "request"
        case .outputTokens: "token of output"
        case .accountDays: "account and day"
        case .downloads: "download"
        }
    }
}
