public import ReleaseModel

extension Admissions {
    /// Lets a unit in as a member of a cohort, or puts it into the line, or says all that is in the way. O(stages).
    ///
    /// Whoever is in or waits is told so again, and nothing changes. While anybody waits, a newcomer waits behind them,
    /// also if this week has invitations left: ``invite(at:)`` gives those first to the line.
    public func admit(_ unit: AudienceUnit, of cohort: Name, at now: Timestamp) -> AdmissionOutcome {
        guard let home = self.homes[cohort] else { return self.refused([.cohortNotOpen]) }
        guard let asked = self.counted(unit, at: home) else { return self.refused([.accountMissing]) }
        let holders = self.holders(for: asked)
        let line = self.stages[home].line
        let isRemoved = self.isRemoved(unit)
        if !isRemoved, let ticket = holders.lazy.compactMap({ self.member($0, at: home)?.ticket }).first {
            return AdmissionOutcome(answer: self.queued(line.place(of: ticket), home, now), entries: [])
        }
        let missing = holders.filter { self.member($0, at: home) == nil }
        let isNew = !missing.isEmpty
        let reasons =
            (isRemoved ? [AdmissionRefusal.removed] : []) + (isNew && self.isFrozen ? [.frozen] : [])
            + (isNew ? self.full(asked, cohort, home) : [])
        guard reasons.isEmpty else { return self.refused(reasons) }
        guard isNew else { return AdmissionOutcome(answer: .admitted, entries: []) }
        if missing[0] == holders[0], line.count > 0 || self.stages[home].room(at: now) == 0 {
            return AdmissionOutcome(
                answer: self.queued(line.count + 1, home, now),
                entries: [AdmissionEntry(at: now, event: .queued(unit: missing[0], cohort: cohort))])
        }
        return AdmissionOutcome(
            answer: .admitted,
            entries: missing.map { AdmissionEntry(at: now, event: .admitted(unit: $0, cohort: cohort)) })
    }

    /// Lets in those in the lines whose turn has come: to be called when a week begins and whenever something opens;
    /// more often does no harm. One entry for each stage, none if nobody's turn has come.
    public func invite(at now: Timestamp) -> [AdmissionEntry] {
        guard !self.isFrozen else { return [] }
        return Set(self.homes.values).sorted().compactMap { stage in
            let waiting = self.stages[stage].line.count
            let count = min(waiting, self.stages[stage].room(at: now) ?? waiting)
            return count > 0 ? AdmissionEntry(at: now, event: .invited(stage: stage, count: count)) : nil
        }
    }

    /// Hears those who ask, one after the other, after those whose turn in the line has come; nil if that changes
    /// nothing. Of those who ask, the round names the ones about whom something was decided.
    public func hear(_ applicants: [Applicant], at now: Timestamp) -> AdmissionRound? {
        var after = self
        var round = AdmissionRound(applicants: [], events: [])
        func take(_ entries: [AdmissionEntry]) {
            for entry in entries { after.apply(entry) }
            round.events += entries.map(\.event)
        }
        take(after.invite(at: now))
        for applicant in applicants {
            let entries = after.admit(applicant.unit, of: applicant.cohort, at: now).entries
            guard !entries.isEmpty else { continue }
            round.applicants.append(applicant)
            take(entries)
        }
        return round.events.isEmpty ? nil : round
    }

    /// Opens and closes as a rollout says; nil if that is how it is. A cohort opens only under a stage that names it.
    public func open(
        _ openings: [Name: CohortOpening], isFrozen: Bool, at now: Timestamp
    ) -> AdmissionEntry? {
        let planned = openings.filter { self.isPlanned($0.key, at: $0.value.stage) }
        guard planned.mapValues(\.stage) != self.homes || isFrozen != self.isFrozen else { return nil }
        return AdmissionEntry(at: now, event: .opened(AdmissionOpenings(planned, isFrozen: isFrozen)))
    }

    /// Puts a unit out, also one that was never in; nil if it is out already. An application takes its accounts along.
    public func remove(_ unit: AudienceUnit, at now: Timestamp) -> AdmissionEntry? {
        self.removed.contains(unit) ? nil : AdmissionEntry(at: now, event: .removed(unit: unit))
    }

    /// Takes a removal back; nil if there is none of exactly this unit.
    public func restore(_ unit: AudienceUnit, at now: Timestamp) -> AdmissionEntry? {
        self.removed.contains(unit) ? AdmissionEntry(at: now, event: .restored(unit: unit)) : nil
    }
}

extension Admissions {
    private func refused(_ reasons: [AdmissionRefusal]) -> AdmissionOutcome {
        AdmissionOutcome(answer: .refused(reasons), entries: [])
    }

    private func queued(_ place: Int, _ stage: Int, _ now: Timestamp) -> AdmissionAnswer {
        let terms = self.stages[stage]
        guard let weekly = terms.invitations, let weeks = terms.weeks, let room = terms.room(at: now), place > room
        else {
            return .queued(LinePlace(place: place, due: now))
        }
        let week = terms.week(at: now) + (place - room + weekly - 1) / weekly
        return .queued(LinePlace(place: place, due: weeks.start(of: week)))
    }

    /// The ceilings under which a unit finds no place: those of the stage that lets it in, and of later ones that have
    /// been open and in which others keep theirs.
    private func full(_ asked: AudienceUnit, _ cohort: Name, _ home: Int) -> [AdmissionRefusal] {
        var reasons: [AdmissionRefusal] = []
        for stage in home..<self.stages.count {
            let terms = self.stages[stage]
            guard stage == home || terms.weeks != nil && terms.cohorts.contains(cohort) else { continue }
            if let most = terms.applications, terms.tally.applications >= most, !terms.tally.has(asked.application) {
                reasons.append(.applications(max: most))
            }
            if let most = terms.people, asked.account != nil, terms.tally.people >= most, !self.counts(asked, in: stage)
            {
                reasons.append(.people(max: most))
            }
        }
        // Two stages may have the same ceiling.
        return reasons.enumerated().filter { !reasons.prefix($0.offset).contains($0.element) }.map(\.element)
    }

    private func counts(_ unit: AudienceUnit, in stage: Int) -> Bool {
        self.members[unit].map { $0.stage <= stage && self.stages[stage].cohorts.contains($0.cohort) } ?? false
    }
}
