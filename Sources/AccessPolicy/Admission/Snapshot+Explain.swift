import HashTreeCollections
public import ReleaseModel

extension Snapshot {
    /// Why ``admit(_:at:)`` answers a request as it does.
    ///
    /// Each step is asked of the functions that admission asks, and the decision is admission's own, so the two can not
    /// disagree.
    public func explain(_ request: AccessRequest, at now: Timestamp) -> Explanation {
        let target = self.resolve(request.model)
        var explanation = Explanation(
            at: now, freshness: Explanation.Freshness(self.freshness(at: now)),
            key: self.finding(about: request, at: now), caller: nil, target: target.map(self.described),
            mayKnow: false, considered: [], decision: self.admit(request, at: now))
        guard explanation.key == .accepted,
            case .application(let caller, let key)? = self.authenticate(request.key, at: now)
        else {
            return explanation
        }
        explanation.caller = Explanation.Caller(
            application: caller.id, name: caller.name, organisation: caller.organisation, key: key.id, kind: key.kind,
            intent: key.intent, exposure: key.exposure, use: key.use)
        guard let target, self.mayKnow(of: target, caller, self.grants(of: caller, to: target.model.id)) else {
            return explanation
        }
        explanation.mayKnow = true
        var findings = AudienceFindings()
        explanation.considered = self.grants(of: caller, to: target.model.id).map { grant in
            let attempt = self.attempt(request, key, grant, target, caller, at: now, finding: &findings)
            return Explanation.Consideration(grant: grant, denials: self.denials(of: attempt, caller))
        }
        return explanation
    }

    /// What a person may do; `nil` for somebody who is not there, or not any more.
    public func explanation(ofPerson id: PersonID) -> PersonExplanation? {
        guard let person = self.registry.people[id] else { return nil }
        let given = Command.Kind.allCases.filter { kind in
            kind == .issueKey || person.roles.contains(where: kind.roles.contains)
        }
        let approved = given.contains(.approve) ? Command.Kind.allCases.filter(\.mayNeedSecondPerson) : []
        return PersonExplanation(person: id, roles: person.roles, gives: given, approves: approved)
    }

    private func described(_ target: Target) -> Explanation.Target {
        Explanation.Target(
            model: target.model.id, name: target.model.name, version: target.version?.id,
            versionName: target.version?.name, isPinned: target.isPinned, held: self.registry.held[target.model.id])
    }

    /// Whether the key is accepted is authentication's word; why not is looked up afterwards.
    private func finding(about request: AccessRequest, at now: Timestamp) -> Explanation.KeyFinding {
        switch self.authenticate(request.key, at: now) {
        case .application(_, let key)?: return key.kind.opens(request.modality) ? .accepted : .otherModality
        case .person?: return .ofPerson
        case nil: break
        }
        guard let key = self.registry.keys[request.key.id] else {
            return self.registry.usedKeys.contains(request.key.id) ? .revoked : .unknown
        }
        guard key.digest == request.key.digest else { return .wrongSecret }
        guard let expires = key.expires, now >= expires else { return .ownerGone }
        return .expired
    }
}

extension Explanation.Freshness {
    fileprivate init(_ freshness: Snapshot.Freshness) {
        switch freshness {
        case .fresh: self = .fresh
        case .stale: self = .stale
        case .dead: self = .dead
        }
    }
}

extension Command.Kind {
    /// Whether some command of this kind moves the doors open, and then waits for a second person.
    ///
    /// Whether one does is the word of ``Registry/direction(of:by:)``, which knows its content.
    public var mayNeedSecondPerson: Bool {
        switch self {
        case .addComponent, .makeCurrent, .resumeModel, .addApplication, .addPerson, .assignRoles, .issueGrant,
            .issueKey, .openEnrolment:
            true
        case .addModel, .addVersion, .addOrganisation, .enrol, .publishTerms, .acceptTerms,
            .holdModel, .erasePerson, .revokeGrant, .revokeKey, .attachEvidence, .acceptEvidence, .refuseEvidence,
            .withdrawEvidence, .closeEnrolment, .approve, .reject:
            false
        }
    }
}
