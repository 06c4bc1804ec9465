import Arms
import HashTreeCollections
public import ReleaseModel
public import StageControl

extension Snapshot {
    /// The one admission: every request of every wire format passes here, and nowhere else.
    ///
    /// Denies unless everything permits. The order is what a caller may learn: without a valid key only that; without
    /// the right to know of the model, that there is no such model; from there on all that is missing, at once.
    public func admit(_ request: AccessRequest, at now: Timestamp) -> Decision {
        self.admit(request, from: self.authenticate(request.key, at: now), at: now)
    }

    /// The same, for a caller whom ``authenticate(_:at:)`` of this snapshot has just named by the request's key.
    public func admit(_ request: AccessRequest, from caller: Caller?, at now: Timestamp) -> Decision {
        var findings = AudienceFindings()
        return self.admit(request, from: caller, at: now, finding: &findings)
    }

    /// The same, by one who keeps what was found out of the caller before.
    public func admit(
        _ request: AccessRequest, from caller: Caller?, at now: Timestamp, finding findings: inout AudienceFindings
    ) -> Decision {
        guard case .application(let caller, let key)? = caller, key.id == request.key.id,
            key.kind.opens(request.modality)
        else {
            return .refused([Denial(.invalidKey)])
        }
        guard let target = self.resolve(request.model) else {
            return .refused([Denial(.modelNotFound, field: "model")])
        }
        let candidates = self.grants(of: caller, to: target.model.id)
        guard self.mayKnow(of: target, caller, candidates) else {
            return .refused([Denial(.modelNotFound, field: "model")])
        }
        guard !candidates.isEmpty, target.version != nil || self.release(of: target) != nil else {
            return .refused([Denial(.stageNotOpen, field: "model")] + self.holdDenials(of: target.model))
        }
        var closest: [Denial]?
        for grant in candidates {
            let attempt = self.attempt(request, key, grant, target, caller, at: now, finding: &findings)
            let denials = self.denials(of: attempt, caller)
            if denials.isEmpty, let version = attempt.version {
                return .admitted(
                    Admission(
                        Admission.Facts(
                            application: caller.id, key: key.id, grant: grant, version: version, name: target.name,
                            stripped: attempt.stripped, isUnlogged: attempt.isEntitled(.unlogged),
                            placement: attempt.placement, applicant: attempt.applicant)))
            }
            if denials.count < closest?.count ?? .max { closest = denials }
        }
        return .refused((closest ?? []).sorted { $0.code < $1.code })
    }

    /// Who is to be heard for a place in a stage, of a request that was refused for that.
    public func applicant(of request: AccessRequest, at now: Timestamp) -> Applicant? {
        guard case .application(let caller, let key)? = self.authenticate(request.key, at: now),
            let target = self.resolve(request.model)
        else { return nil }
        var findings = AudienceFindings()
        for grant in self.grants(of: caller, to: target.model.id) {
            let attempt = self.attempt(request, key, grant, target, caller, at: now, finding: &findings)
            // Nobody takes a place who would be refused all the same.
            guard self.denials(of: attempt, caller).allSatisfy({ $0.code == .stagePending }) else { continue }
            if let applicant = attempt.applicant { return applicant }
        }
        return nil
    }

    /// What one grant is asked.
    struct Attempt {
        var request: AccessRequest
        var key: Key
        var grant: Grant
        var target: Target
        /// The version that would answer; `nil` if there is none.
        var version: Version?
        var placement: Placement?
        /// Why the stage has no place for the caller, if it would have been the candidate's.
        var withheld: Denial?
        /// Who is to be heard for a place.
        var applicant: Applicant?
        var now: Timestamp

        /// The fields that need another right and are taken out.
        var stripped: GuardedFields {
            guard !self.request.removable.isEmpty, self.grant.content.unentitledFields == .strip else { return [] }
            let fields = self.request.fields.intersection(self.request.removable).fields
            return fields.reduce(into: []) { stripped, field in
                if !self.isEntitled(field.entitlement) { stripped.insert(GuardedFields(field)) }
            }
        }

        func isEntitled(_ kind: EntitlementKind) -> Bool {
            self.grant.content.entitlements.contains { $0.kind == kind && self.now < $0.until ?? .distantFuture }
        }
    }

    /// What is asked of a grant.
    ///
    /// A rollout chooses the version of whoever asks for the model. A grant that lists versions keeps to them, and a
    /// version that the caller names is never chosen for them.
    func attempt(
        _ request: AccessRequest, _ key: Key, _ grant: Grant, _ target: Target, _ caller: Application,
        at now: Timestamp, finding findings: inout AudienceFindings
    ) -> Attempt {
        var attempt = Attempt(
            request: request, key: key, grant: grant, target: target, version: target.version, now: now)
        guard now < self.conductedUntil, let release = self.release(of: target),
            let candidate = self.registry.versions[release.candidate],
            grant.content.versions?.contains(candidate.id) ?? true
        else { return self.turned(attempt) }
        let standing = release.standing(
            of: caller, under: grant, account: request.account, at: now, finding: &findings)
        switch standing {
        case .outside: break
        case .placed(let placement) where placement.arm == .baseline: attempt.placement = placement
        case .placed where request.withheld != nil: attempt.withheld = request.withheld
        case .placed(let placement): (attempt.placement, attempt.version) = (placement, candidate)
        case .withheld(let denial, let applicant): (attempt.withheld, attempt.applicant) = (denial, applicant)
        }
        return self.turned(attempt)
    }

    /// Turns what is asked to the version that made an answer. Only while a rollout chooses that version for the caller
    /// is it reached by the rollout.
    private func turned(_ attempt: Attempt) -> Attempt {
        guard let made = attempt.request.made, made != attempt.version?.id,
            attempt.version != nil || attempt.withheld != nil
        else { return attempt }
        var attempt = attempt
        attempt.version = self.registry.versions[made].flatMap { $0.model == attempt.target.model.id ? $0 : nil }
        (attempt.placement, attempt.withheld, attempt.applicant) = (nil, nil, nil)
        return attempt
    }

    func release(of target: Target) -> ReleasePosition? {
        guard !self.releases.isEmpty, !target.isPinned else { return nil }
        return self.releases[target.model.id]
    }

    func denials(of attempt: Attempt, _ caller: Application) -> [Denial] {
        guard attempt.version != nil || attempt.withheld != nil else {
            return [Denial(.stageNotOpen, field: "model")] + self.holdDenials(of: attempt.target.model)
        }
        return self.lifeDenials(of: attempt) + self.holdDenials(of: attempt.target.model)
            + self.termsDenials(of: attempt.grant, caller) + Self.scopeDenials(of: attempt)
            + Self.entitlementDenials(of: attempt)
    }

    /// Is the grant in force, for this version, and are the rules fresh enough to say so?
    private func lifeDenials(of attempt: Attempt) -> [Denial] {
        let (grant, now) = (attempt.grant, attempt.now)
        var denials: [Denial] = []
        if grant.revoked != nil { denials.append(Denial(.grantRevoked, field: "model")) }
        if let opens = grant.content.opens, now < opens { denials.append(Denial(.stageNotOpen, field: "model")) }
        if let expires = grant.content.expires, now >= expires { denials.append(Denial(.grantExpired, field: "model")) }
        // People who signed for a rollout's plan let its candidate out to whom the rollout chooses.
        let isChosen = attempt.placement?.arm == .candidate
        let isReached =
            attempt.version.map { version in
                grant.content.versions.map { $0.contains(version.id) } ?? (self.registry.served[version.id] != nil)
            } ?? false
        if !isChosen, !isReached {
            // The version's name is the caller's own word if it was pinned; else it may be news.
            let detail = attempt.target.isPinned ? attempt.version?.name.text : nil
            denials.append(attempt.withheld ?? Denial(.stageNotOpen, field: "model", detail: detail))
        }
        switch self.freshness(at: now) {
        case .fresh: break
        case .stale where grant.content.population == .everyone: break
        case .stale, .dead: denials.append(Denial(.rulesStale))
        }
        return denials
    }

    func holdDenials(of model: Model) -> [Denial] {
        self.registry.held[model.id] == nil ? [] : [Denial(.modelOnHold, field: "model")]
    }

    private func termsDenials(of grant: Grant, _ caller: Application) -> [Denial] {
        guard !grant.content.terms.isEmpty else { return [] }
        let accepted = self.registry.acceptances[caller.id]
        return grant.content.terms.filter { accepted?[$0] == nil }
            .map { Denial(.termsNotAccepted, field: $0.description, detail: self.registry.terms[$0]?.url) }
    }

    /// Is the use what the grant is for? Every field of the tuple on its own.
    private static func scopeDenials(of attempt: Attempt) -> [Denial] {
        let (content, key) = (attempt.grant.content, attempt.key)
        var denials: [Denial] = []
        if content.intent != key.intent {
            denials.append(Denial(.outsideIntent, field: "intent", detail: content.intent.rawValue))
        }
        if !content.modalities.contains(attempt.request.modality) {
            denials.append(Denial(.outsideModality, field: "modality", detail: attempt.request.modality.rawValue))
        }
        if content.exposure == .sandbox, key.exposure == .real {
            denials.append(Denial(.outsideExposure, field: "exposure", detail: content.exposure.rawValue))
        }
        if let uses = content.uses, !(key.use.map(uses.contains) ?? false) {
            denials.append(Denial(.outsideUseScope, field: "use", detail: uses.map(\.text).joined(separator: ", ")))
        }
        if let regions = content.regions, !(attempt.request.region.map(regions.contains) ?? false) {
            denials.append(Denial(.outsideRegion, field: "region", detail: regions.map(\.text).joined(separator: ", ")))
        }
        return denials
    }

    private static func entitlementDenials(of attempt: Attempt) -> [Denial] {
        var denials: [Denial] = []
        if attempt.target.isPinned, !attempt.isEntitled(.pinnedVersion) {
            denials.append(
                Denial(.entitlementMissing, field: "model", detail: EntitlementKind.pinnedVersion.rawValue))
        }
        guard !attempt.request.fields.isEmpty else { return denials }
        let stripped = attempt.stripped
        for field in attempt.request.fields.subtracting(stripped).fields
        where !attempt.isEntitled(field.entitlement) {
            denials.append(Denial(.entitlementMissing, field: field.name, detail: field.entitlement.rawValue))
        }
        return denials
    }
}
