import Arms
import ReleaseModel
import StageControl

@testable import Signals

/// The obvious way to say what a metric has seen: all requests and reports lie in a list, and everything is counted
/// anew from it.
struct PlainModel {
    let world: World
    let metric: PlanMetric

    /// Something that counts for somebody at a moment.
    private struct Item {
        var key: SignalKey
        var at: Timestamp
        var amount = 1
    }

    func expected() -> (events: Int, exposure: Int, days: [Int: Int], splits: [ArmSplit]) {
        if case .gateway(.mean(let quantity, let cap)) = self.metric.source { return self.mean(quantity, cap) }
        let (events, exposure) = (self.events, self.exposure)
        var days: [Int: Int] = [:]
        for (moment, amount) in self.cappedExposure(exposure) {
            guard amount > 0 else { continue }
            days[Int(moment.milliseconds / day), default: 0] += amount
        }
        let anonymous = self.anonymousEvents
        let own = self.capped(events.filter { $0.key.arm == .candidate }) + anonymous
        let shares = Set(events.map(\.key.share)).sorted()
        let splits = shares.map { share in
            let here = events.filter { $0.key.share == share }
            return ArmSplit(
                share: share, candidate: self.capped(here.filter { $0.key.arm == .candidate }),
                baseline: self.capped(here.filter { $0.key.arm == .baseline }))
        }
        return (own, days.values.reduce(0, +), days, splits)
    }

    // MARK: Lists

    private var uses: [World.Use] { self.world.uses.filter { !$0.key.isSettling } }

    private var events: [Item] {
        switch self.metric.source {
        case .gateway(.counter(.refusals, _)): self.ended.filter { $0.outcome.refusal != nil }.map(self.item)
        case .gateway(.counter(.http5xx, _)): self.ended.filter(\.outcome.isFailure).map(self.item)
        case .gateway(.histogram): self.ended.filter { self.exceedance($0).exceeding == 1 }.map(self.item)
        case .gateway(.counter), .incidents: self.reportedEvents
        default: []
        }
    }

    private var ended: [World.Use] { self.uses.filter { $0.ended != nil } }

    private func item(_ use: World.Use) -> Item { Item(key: use.key, at: use.admitted) }

    private func exceedance(_ use: World.Use) -> Exceedance { use.exceedance(self.world.layout.thresholds[0]) }

    private var reportedEvents: [Item] {
        var seen: Set<UInt128> = []
        return self.world.reports.compactMap { report, about in
            guard let about, about.isOrganic, !about.key.isSettling, self.isEvent(report.content) else { return nil }
            let identity = if case .incident = report.content { report.id.bits } else { about.request.bits }
            return seen.insert(identity).inserted ? Item(key: about.key, at: about.admitted) : nil
        }
    }

    private var anonymousEvents: Int {
        guard case .incidents(let source) = self.metric.source else { return 0 }
        return self.world.reports.count { report, about in
            guard about == nil, case .incident(_, _, let arm) = report.content else { return false }
            return arm == .candidate || !source.attributable
        }
    }

    private func isEvent(_ content: Report.Content) -> Bool {
        switch (self.metric.source, content) {
        case (.gateway(.counter(.flags, let names)), .flag(let name, _)),
            (.gateway(.counter(.violations, let names)), .violation(let name, _)):
            names.isEmpty || name == nil || names.contains { $0 == name }
        case (.gateway(.counter(.complaints, _)), .feedback(.bad)): true
        case (.incidents(let source), .incident(let severity, _, _)): (severity ?? .critical) >= source.minSeverity
        default: false
        }
    }

    private var exposure: [Item] {
        let candidate = self.uses.filter { $0.key.arm == .candidate }
        let isReported = ["flags", "violations", "complaints", "harm"].contains(self.metric.name.text)
        switch (self.metric.source, self.metric.exposure) {
        case (.gateway(.histogram), _):
            return candidate.filter { $0.ended != nil && self.exceedance($0).measured == 1 }.map(self.item)
        case (_, .outputTokens):
            return candidate.filter { $0.ended != nil }
                .map { Item(key: $0.key, at: $0.admitted, amount: $0.outcome.outputTokens) }
        case (_, .accountDays): return candidate.map(self.item)
        default: return candidate.filter { isReported || $0.ended != nil }.map(self.item)
        }
    }

    // MARK: Caps

    private func actor(_ key: SignalKey, _ unit: PlanBucketing.Unit) -> String {
        unit == .account ? "\(key.application) \(key.account?.description ?? "-")" : "\(key.application)"
    }

    /// How many of the items count.
    private func capped(_ items: [Item]) -> Int {
        guard let cap = self.metric.influenceCap else { return items.reduce(0) { $0 + $1.amount } }
        let groups = Dictionary(grouping: items) {
            "\(self.actor($0.key, cap.per)) \($0.at.milliseconds / cap.window.milliseconds)"
        }
        return groups.values.reduce(0) { $0 + min(cap.events, $1.reduce(0) { $0 + $1.amount }) }
    }

    /// What counts, and on which day.
    private func cappedExposure(_ items: [Item]) -> [(Timestamp, Int)] {
        if self.metric.exposure == .accountDays {
            let unit = self.metric.influenceCap?.per ?? self.world.layout.unit
            let days = Set(items.map { "\(self.actor($0.key, unit)) \($0.at.milliseconds / day)" })
            return days.map { (Timestamp(milliseconds: (Int64($0.split(separator: " ").last ?? "") ?? 0) * day), 1) }
        }
        guard let cap = self.metric.influenceCap else { return items.map { ($0.at, $0.amount) } }
        let groups = Dictionary(grouping: items) {
            "\(self.actor($0.key, cap.per)) \($0.at.milliseconds / cap.window.milliseconds)"
        }
        return groups.values.map { group in
            let window = group[0].at.milliseconds / cap.window.milliseconds
            let last = Timestamp(milliseconds: (window + 1) * cap.window.milliseconds - 1)
            return (last, min(cap.events, group.reduce(0) { $0 + $1.amount }))
        }
    }

    private func mean(
        _ quantity: GatewaySource.Quantity, _ cap: Double
    ) -> (events: Int, exposure: Int, days: [Int: Int], splits: [ArmSplit]) {
        if quantity == .dissatisfaction { return self.dissatisfaction(cap) }
        let candidate = self.uses.filter { $0.key.arm == .candidate }
        let unit = self.world.layout.unit
        let units = Dictionary(grouping: candidate) { "\(self.actor($0.key, unit)) \($0.admitted.milliseconds / day)" }
        let flagged = Set(
            self.world.reports.compactMap { report, about -> UInt128? in
                guard case .flag = report.content, about?.isOrganic ?? false else { return nil }
                return about?.request.bits
            })
        let values = units.values.map { uses in
            switch quantity {
            case .outputTokens: Double(uses.filter { $0.ended != nil }.reduce(0) { $0 + $1.outcome.outputTokens })
            case .flaggedShare, .dissatisfaction:
                Double(uses.count { use in flagged.contains(UInt128(self.index(of: use))) }) / Double(uses.count)
            }
        }
        let days = units.values.map { Int($0[0].admitted.milliseconds / day) }.reduce(into: [:]) {
            $0[$1, default: 0] += 1
        }
        return (values.reduce(0) { $0 + Int((min(1, $1 / cap) * 1_000_000).rounded(.up)) }, values.count, days, [])
    }

    /// Of each unit and day the worst rating.
    private func dissatisfaction(
        _ cap: Double
    ) -> (events: Int, exposure: Int, days: [Int: Int], splits: [ArmSplit]) {
        var worst: [String: (day: Int, amount: Int)] = [:]
        for (report, about) in self.world.reports {
            guard case .feedback(let rating) = report.content, let about, about.isOrganic, !about.key.isSettling,
                about.key.arm == .candidate
            else { continue }
            let day = Int(about.admitted.milliseconds / day)
            let unit = "\(self.actor(about.key, self.world.layout.unit)) \(day)"
            worst[unit] = (day, max(worst[unit]?.amount ?? 0, 1_000_000 - rating.millionths))
        }
        let days = worst.values.reduce(into: [:]) { $0[$1.day, default: 0] += 1 }
        let sum = worst.values.reduce(0) { sum, worst in
            sum + Int((min(1, Double(worst.amount) / 1_000_000 / cap) * 1_000_000).rounded(.up))
        }
        return (sum, worst.count, days, [])
    }

    private func index(of use: World.Use) -> Int {
        self.world.uses.firstIndex { $0.admitted == use.admitted && $0.key == use.key } ?? -1
    }
}
