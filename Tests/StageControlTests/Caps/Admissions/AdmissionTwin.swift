import ReleaseModel
import StageControl

/// The obvious second implementation: a list of who was given a place, by whom and when, and of all invitations. It
/// keeps no number; every question is answered by counting the list.
struct AdmissionTwin {
    struct Place: Equatable {
        var unit: AudienceUnit
        var cohort: Name
        var stage: Int
        var order: Int
        var isIn: Bool
    }

    let unit: PlanBucketing.Unit
    let stages: [StageAudience]
    var places: [Place] = []
    var homes: [Name: Int] = [:]
    var isFrozen = false
    var removed: [AudienceUnit] = []
    var opened: [Int: Timestamp] = [:]
    /// Every invitation: the stage and its week.
    var invitations: [(stage: Int, week: Int)] = []
    var order = 0

    init(_ spec: ReleasePlan.Spec) {
        self.unit = spec.bucketing.unit
        self.stages = spec.stages.map(\.audience)
    }

    // MARK: Counting

    func taken(_ stage: Int) -> [Place] {
        self.places.filter { self.stages[stage].cohorts.contains($0.cohort) && $0.stage <= stage }
    }

    func applications(_ stage: Int) -> Set<ApplicationID> { Set(self.taken(stage).map(\.unit.application)) }

    func people(_ stage: Int) -> [AudienceUnit] { self.taken(stage).map(\.unit).filter { $0.account != nil } }

    func line(_ stage: Int) -> [Place] {
        self.places.filter { !$0.isIn && self.homes[$0.cohort] == stage && $0.stage <= stage }
            .sorted { $0.order < $1.order }
    }

    func week(_ stage: Int, _ now: Timestamp) -> Int {
        let latest = self.invitations.filter { $0.stage == stage }.map(\.week).max() ?? 0
        guard let opened = self.opened[stage] else { return latest }
        return max(latest, Int(max(0, now.since(opened)) / 604_800_000))
    }

    func invited(_ stage: Int, _ now: Timestamp) -> Int {
        let week = self.week(stage, now)
        return self.invitations.filter { $0.stage == stage && $0.week == week }.count
    }

    func place(_ unit: AudienceUnit, _ home: Int) -> Place? {
        self.places.first { $0.unit == unit && self.homes[$0.cohort] == home && $0.stage <= home }
    }

    func isOut(_ unit: AudienceUnit) -> Bool {
        self.removed.contains { $0 == unit || $0 == AudienceUnit(unit.application) }
    }

    func counts(_ stage: Int, _ now: Timestamp) -> AdmissionCounts {
        AdmissionCounts(
            applications: self.applications(stage).count, people: self.people(stage).count,
            waiting: self.line(stage).count, invitedThisWeek: self.invited(stage, now))
    }

    // MARK: Asking

    /// Whether the stage counts accounts.
    private func asksForPeople(_ stage: Int) -> Bool { self.unit == .account || self.stages[stage].people != nil }

    func isIn(_ unit: AudienceUnit, _ cohort: Name) -> Bool {
        guard let home = self.homes[cohort], !self.isOut(unit) else { return false }
        let application = AudienceUnit(unit.application)
        if self.asksForPeople(home) {
            guard unit.account != nil, self.place(unit, home)?.isIn == true else { return false }
            return self.unit == .account || self.place(application, home)?.isIn == true
        }
        return self.place(application, home)?.isIn == true
    }

    func full(_ unit: AudienceUnit, _ cohort: Name, _ home: Int) -> [AdmissionRefusal] {
        var reasons: [AdmissionRefusal] = []
        for stage in self.stages.indices where stage >= home && self.stages[stage].cohorts.contains(cohort) {
            guard stage == home || self.opened[stage] != nil else { continue }
            var applications = self.applications(stage)
            applications.insert(unit.application)
            if let most = self.stages[stage].applications?.max, applications.count > most,
                !self.applications(stage).contains(unit.application)
            {
                reasons.append(.applications(max: most))
            }
            if let most = self.stages[stage].people?.max, unit.account != nil {
                let people = self.people(stage)
                if !people.contains(unit), people.count + 1 > most { reasons.append(.people(max: most)) }
            }
        }
        var distinct: [AdmissionRefusal] = []
        for reason in reasons where !distinct.contains(reason) { distinct.append(reason) }
        return distinct
    }

    /// When the turn of a place comes, week by week.
    func due(_ place: Int, _ stage: Int, _ now: Timestamp) -> Timestamp {
        guard let weekly = self.stages[stage].invitationsPerWeek, let opened = self.opened[stage] else { return now }
        var (week, before) = (self.week(stage, now), place - max(0, weekly - self.invited(stage, now)))
        guard before > 0 else { return now }
        while before > 0 {
            week += 1
            before -= weekly
        }
        return opened.advanced(milliseconds: Int64(week) * 604_800_000)
    }

    // MARK: What happens

    mutating func admit(_ asking: AudienceUnit, _ cohort: Name, _ now: Timestamp) -> AdmissionAnswer {
        guard let home = self.homes[cohort] else { return .refused([.cohortNotOpen]) }
        let application = AudienceUnit(asking.application)
        guard !self.asksForPeople(home) || asking.account != nil else { return .refused([.accountMissing]) }
        let asked = self.asksForPeople(home) ? asking : application
        let invited = self.unit == .account ? asked : application
        let needed = invited == asked ? [asked] : [invited, asked]
        if !self.isOut(asking), needed.contains(where: { self.place($0, home)?.isIn == false }) {
            let place = (self.line(home).firstIndex { needed.contains($0.unit) } ?? 0) + 1
            return .queued(LinePlace(place: place, due: self.due(place, home, now)))
        }
        let missing = needed.filter { self.place($0, home) == nil }
        var reasons: [AdmissionRefusal] = self.isOut(asking) ? [.removed] : []
        if !missing.isEmpty {
            if self.isFrozen { reasons.append(.frozen) }
            reasons += self.full(asked, cohort, home)
        }
        guard reasons.isEmpty else { return .refused(reasons) }
        let isLimited = self.stages[home].invitationsPerWeek.map { self.invited(home, now) >= $0 } ?? false
        if missing.contains(invited), !self.line(home).isEmpty || isLimited {
            self.give(invited, cohort, home, isIn: false)
            let place = self.line(home).count
            return .queued(LinePlace(place: place, due: self.due(place, home, now)))
        }
        for unit in missing {
            self.give(unit, cohort, home, isIn: true)
            if unit == invited { self.invitations.append((home, self.week(home, now))) }
        }
        return .admitted
    }

    private mutating func give(_ unit: AudienceUnit, _ cohort: Name, _ home: Int, isIn: Bool) {
        self.places.removeAll { $0.unit == unit }
        self.places.append(Place(unit: unit, cohort: cohort, stage: home, order: self.order, isIn: isIn))
        self.order += 1
    }

    mutating func invite(_ now: Timestamp) {
        guard !self.isFrozen else { return }
        for stage in Set(self.homes.values).sorted() {
            while let first = self.line(stage).first {
                let limit = self.stages[stage].invitationsPerWeek ?? .max
                guard self.invited(stage, now) < limit, let index = self.places.firstIndex(of: first) else { break }
                self.places[index].isIn = true
                self.invitations.append((stage, self.week(stage, now)))
            }
        }
    }

    mutating func open(_ openings: [Name: CohortOpening], _ isFrozen: Bool, _ now: Timestamp) {
        self.homes = openings.mapValues(\.stage)
        self.isFrozen = isFrozen
        for stage in self.homes.values where self.opened[stage] == nil { self.opened[stage] = now }
    }

    mutating func remove(_ unit: AudienceUnit) {
        if !self.removed.contains(unit) { self.removed.append(unit) }
        self.places.removeAll { !$0.isIn && ($0.unit == unit || AudienceUnit($0.unit.application) == unit) }
    }

    mutating func restore(_ unit: AudienceUnit) { self.removed.removeAll { $0 == unit } }
}
