import HashTreeCollections
public import ReleaseModel

// Who comes in by asking. To open takes two people, who see on which terms; from then on one person lets in whoever
// asks, on these terms and no others, until one person closes it or the terms end.
extension Registry {
    /// The grant that whoever enrols for a model gets the like of; nil if enrolment is not open.
    public func enrolmentGrant(for model: ModelID, at now: Timestamp) -> Grant? {
        guard let period = self.enrolmentPeriods[model]?.last, period.closed == nil,
            let grant = self.grants[period.grant], grant.isInForce(at: now)
        else { return nil }
        return grant
    }

    func opening(_ opening: OpenEnrolment, at now: Timestamp) throws(Refusal) -> ControlEvent {
        _ = try found(self.models[opening.model], "model", "model")
        let grant = try found(self.grants[opening.grant], "grant", "grant")
        try checkText(opening.reason, field: "reason")
        guard grant.content.model == opening.model else {
            throw Refusal(.invalidField, field: "grant", "the grant is for another model")
        }
        guard grant.isInForce(at: now) else {
            throw Refusal(.invalidField, field: "grant", "the grant is over; name one that is in force")
        }
        guard grant.content.population == .everyone else {
            throw Refusal(
                .invalidField, field: "grant",
                "the grant is for the population \(grant.content.population.rawValue); name one for everyone")
        }
        guard !grant.content.modalities.contains(.weights) else {
            throw Refusal(
                .invalidField, field: "grant",
                "the grant gives weights away, which cannot be taken back; two people grant them to each")
        }
        guard self.enrolmentGrant(for: opening.model, at: now) == nil else {
            throw Refusal(.nothingToDo, field: "model", "enrolment is open; close it first to open it on other terms")
        }
        return .enrolmentOpened(opening)
    }

    func closing(_ closing: CloseEnrolment, at now: Timestamp) throws(Refusal) -> ControlEvent {
        _ = try found(self.models[closing.model], "model", "model")
        try checkText(closing.reason, field: "reason")
        guard self.enrolmentGrant(for: closing.model, at: now) != nil else {
            throw Refusal(.nothingToDo, field: "model", "enrolment is not open")
        }
        return .enrolmentClosed(closing)
    }

    /// A place on the waiting list, or while enrolment is open a grant.
    ///
    /// Whoever had a grant taken back does not come in again by asking: that takes two people.
    func enrolling(
        _ enrolment: Enrol, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> ControlEvent {
        let application = try found(self.applications[enrolment.application], "application", "application")
        _ = try found(self.models[enrolment.model], "model", "model")
        let held = self.held(by: application, to: enrolment.model)
        if let grant = self.enrolmentGrant(for: enrolment.model, at: now), held.allSatisfy({ $0.revoked == nil }) {
            guard !held.contains(where: { $0.isInForce(at: now) }) else {
                throw Refusal(.nothingToDo, field: "application", "the application has a grant to the model")
            }
            var content = grant.content
            content.subject = .application(application.id)
            content.entitlements.removeAll { $0.until.map { $0 <= now } ?? false }
            return try self.issuing(content, at: now, using: &generator)
        }
        guard self.enrolments[application.id]?[enrolment.model] == nil else {
            throw Refusal(.nothingToDo, field: "application", "the application is on the model's waiting list")
        }
        return .enrolled(Enrolment(application: application.id, model: enrolment.model, since: now))
    }

    /// Every grant to a model that an application has or had, its organisation's too.
    private func held(by application: Application, to model: ModelID) -> [Grant] {
        self.grants(of: .application(application.id), to: model)
            + (application.organisation.map { self.grants(of: .organisation($0), to: model) } ?? [])
    }

    // MARK: Folding

    mutating func open(_ opening: OpenEnrolment, at moment: Timestamp) {
        // An earlier time whose grant has expired is over, and stays so.
        self.endPeriod(of: opening.model, at: moment)
        self.enrolmentPeriods[opening.model, default: []].append(
            EnrolmentPeriod(grant: opening.grant, opened: moment))
    }

    mutating func close(_ closing: CloseEnrolment, at moment: Timestamp) {
        self.endPeriod(of: closing.model, at: moment)
        // What was proposed to open it again was not proposed knowing of this.
        self.proposals = self.proposals.filter { !$0.value.command.opensEnrolment(for: closing.model) }
    }

    /// A grant was taken back, and with it goes what was opened on its terms.
    mutating func end(_ grant: GrantID, at moment: Timestamp) {
        self.grants[grant]?.revoked = moment
        guard let model = self.grants[grant]?.content.model, self.enrolmentPeriods[model]?.last?.grant == grant else {
            return
        }
        self.endPeriod(of: model, at: moment)
    }

    private mutating func endPeriod(of model: ModelID, at moment: Timestamp) {
        guard var periods = self.enrolmentPeriods[model], let last = periods.indices.last, periods[last].closed == nil
        else { return }
        periods[last].closed = moment
        self.enrolmentPeriods[model] = periods
    }
}

extension Command {
    fileprivate func opensEnrolment(for model: ModelID) -> Bool {
        if case .openEnrolment(let opening) = self { opening.model == model } else { false }
    }
}

extension Grant {
    /// Whether it was neither taken back nor is over; it may begin later.
    fileprivate func isInForce(at now: Timestamp) -> Bool {
        self.revoked == nil && self.content.expires.map { now < $0 } ?? true
    }
}
