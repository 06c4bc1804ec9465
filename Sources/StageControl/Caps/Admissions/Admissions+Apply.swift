import ReleaseModel

extension Admissions {
    /// Takes an entry in, once and in the ledger's order. Never fails: what names a stage that the plan does not have,
    /// or a cohort that is closed, changes nothing.
    ///
    /// O(stages) for a unit and for each invitation; O(n log n) for openings that change; O(n) for the removal of an
    /// application, or of somebody who waits.
    public mutating func apply(_ entry: AdmissionEntry) {
        switch entry.event {
        case .opened(let openings): self.open(openings, at: entry.at)
        case .admitted(let unit, let cohort): self.give(unit, cohort, ticket: nil, at: entry.at)
        case .queued(let unit, let cohort): self.give(unit, cohort, ticket: self.nextTicket, at: entry.at)
        case .invited(let stage, let count): self.call(count, of: stage, at: entry.at)
        case .removed(let unit): self.putOut(unit)
        case .restored(let unit): self.removed.remove(unit)
        }
    }

    private mutating func open(_ openings: AdmissionOpenings, at now: Timestamp) {
        self.isFrozen = openings.isFrozen
        let planned = openings.cohorts.filter { self.isPlanned($0.cohort, at: $0.stage) }
        let homes = Dictionary(planned.map { ($0.cohort, $0.stage) }, uniquingKeysWith: { first, _ in first })
        guard homes != self.homes else { return }
        self.homes = homes
        for stage in Set(homes.values) where self.stages[stage].weeks == nil {
            self.stages[stage].weeks = StagePeriods(from: now, each: TimeSpan(1, .week))
        }
        self.formLines()
    }

    /// Whoever waits, waits in the line of the stage that is open to them, behind those who asked before.
    private mutating func formLines() {
        var lines: [Int: [AdmissionLine.Waiting]] = [:]
        for (unit, member) in self.members {
            guard let ticket = member.ticket, let home = self.homes[member.cohort], member.stage <= home else {
                continue
            }
            lines[home, default: []].append(AdmissionLine.Waiting(ticket: ticket, unit: unit))
        }
        for stage in self.stages.indices { self.stages[stage].line = AdmissionLine(lines[stage] ?? []) }
    }

    private mutating func give(_ unit: AudienceUnit, _ cohort: Name, ticket: Int?, at now: Timestamp) {
        guard let home = self.homes[cohort], self.member(unit, at: home) == nil else { return }
        self.takeBack(unit)
        self.members[unit] = Member(cohort: cohort, stage: home, ticket: ticket)
        for stage in self.stages(counting: cohort, from: home) { self.stages[stage].tally.add(unit) }
        if let ticket {
            self.nextTicket = ticket + 1
            self.stages[home].line.append(AdmissionLine.Waiting(ticket: ticket, unit: unit))
        } else if self.holders(for: unit)[0] == unit {
            self.count(1, in: home, at: now)
        }
    }

    private mutating func takeBack(_ unit: AudienceUnit) {
        guard let member = self.members.removeValue(forKey: unit) else { return }
        for stage in self.stages(counting: member.cohort, from: member.stage) { self.stages[stage].tally.remove(unit) }
        guard let ticket = member.ticket, let home = self.homes[member.cohort] else { return }
        self.stages[home].line.leave(ticket)
    }

    private mutating func call(_ count: Int, of stage: Int, at now: Timestamp) {
        guard self.stages.indices.contains(stage) else { return }
        let called = self.stages[stage].line.call(count)
        for unit in called { self.members[unit]?.ticket = nil }
        self.count(called.count, in: stage, at: now)
    }

    private mutating func count(_ invited: Int, in stage: Int, at now: Timestamp) {
        self.stages[stage].invited = self.stages[stage].invited(at: now) + invited
        self.stages[stage].week = self.stages[stage].week(at: now)
    }

    private mutating func putOut(_ unit: AudienceUnit) {
        self.removed.insert(unit)
        let out = unit.account == nil ? self.members.keys.filter { $0.application == unit.application } : [unit]
        for unit in out where self.members[unit]?.ticket != nil { self.takeBack(unit) }
    }

    func isPlanned(_ cohort: Name, at stage: Int) -> Bool {
        self.stages.indices.contains(stage) && self.stages[stage].cohorts.contains(cohort)
    }

    private func stages(counting cohort: Name, from first: Int) -> [Int] {
        (first..<self.stages.count).filter { self.stages[$0].cohorts.contains(cohort) }
    }
}
