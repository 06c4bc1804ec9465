import AccessPolicy
import ReleaseModel

/// Admission written a second time, in the obvious slow way: lists of what was decided, and loops over them.
///
/// It shares no line with the real one. Where the two differ, one of them has a fault.
struct ObviousAdmission {
    enum Answer: Hashable {
        case admitted(
            grant: GrantID, version: VersionID, application: ApplicationID, key: KeyID, name: String, isUnlogged: Bool,
            stripped: [String])
        case refused([Denial])
    }

    let events: [ControlEvent]
    private let models: [Model]
    private let versions: [Version]
    private let grants: [Grant]

    init(_ entries: [ControlEntry]) {
        self.events = entries.map(\.event)
        self.models = self.events.compactMap { if case .modelAdded(let model) = $0 { model } else { nil } }
        self.versions = self.events.compactMap { if case .versionAdded(let version) = $0 { version } else { nil } }
        self.grants = self.events.compactMap { if case .grantIssued(let grant) = $0 { grant } else { nil } }
    }

    func admit(_ question: Question) -> Answer {
        let request = question.request
        // 1. Without a valid key of an application that suits the way of use, only that is said.
        guard let key = self.key(request.key), key.expires == nil || question.now < key.expires! else {
            return .refused([Denial(.invalidKey)])
        }
        guard let caller = self.caller(key), key.kind != .person else { return .refused([Denial(.invalidKey)]) }
        guard (key.kind == .download) == (request.modality == .weights) else {
            return .refused([Denial(.invalidKey)])
        }
        // 2. A name that stands for nothing, and one that the caller may not know of, are the same.
        let pinned = self.versions.first { $0.name.text == request.model }
        let named = self.models.first { $0.name.text == request.model || $0.id == pinned?.model }
        guard let model = named else { return .refused([Denial(.modelNotFound, field: "model")]) }
        let own = self.grants(of: caller, to: model)
        guard model.visibility == .listed || !own.isEmpty || self.waits(caller, for: model) else {
            return .refused([Denial(.modelNotFound, field: "model")])
        }
        let isNamed = own.contains { $0.content.versions?.contains { $0 == pinned?.id } ?? false }
        guard pinned == nil || self.wasCurrent(pinned!) || isNamed else {
            return .refused([Denial(.modelNotFound, field: "model")])
        }
        // 3. Without a grant, or without a version to serve, the stage is not open.
        guard !own.isEmpty, let version = pinned ?? self.current(model) else {
            let hold = self.isHeld(model) ? [Denial(.modelOnHold, field: "model")] : []
            return .refused([Denial(.stageNotOpen, field: "model")] + hold)
        }
        // 4. The first grant that has nothing against it admits; else the one with the least against it says what.
        var least: [Denial]?
        for grant in own {
            guard let answering = self.answering(question.request.made, model, version) else {
                // What is asked for again was made by nobody: then there is nothing to open.
                let hold = self.isHeld(model) ? [Denial(.modelOnHold, field: "model")] : []
                least = [Denial(.stageNotOpen, field: "model")] + hold
                continue
            }
            let version = answering
            let denials = self.denials(grant, question, key, caller, model, version, isPinned: pinned != nil)
            if denials.isEmpty {
                let unlogged = grant.content.entitlements.first { right in
                    right.kind == .unlogged && (right.until == nil || question.now < right.until!)
                }
                return .admitted(
                    grant: grant.id, version: version.id, application: caller.id, key: key.id, name: request.model,
                    isUnlogged: unlogged != nil, stripped: self.stripped(grant, question).map(\.name))
            }
            if least == nil || denials.count < least!.count { least = denials }
        }
        let order = Denial.Code.allCases
        return .refused(order.flatMap { code in least!.filter { $0.code == code } })
    }

    /// Everything that one grant has against a request.
    private func denials(
        _ grant: Grant, _ question: Question, _ key: Key, _ caller: Application, _ model: Model, _ version: Version,
        isPinned: Bool
    ) -> [Denial] {
        let (content, request, now) = (grant.content, question.request, question.now)
        var all: [Denial] = []
        if self.isRevoked(grant) { all.append(Denial(.grantRevoked, field: "model")) }
        if content.opens != nil, now < content.opens! { all.append(Denial(.stageNotOpen, field: "model")) }
        if content.expires != nil, now >= content.expires! { all.append(Denial(.grantExpired, field: "model")) }
        let isListed = content.versions?.contains(version.id)
        if isListed == false || (isListed == nil && !self.wasCurrent(version)) {
            all.append(Denial(.stageNotOpen, field: "model", detail: isPinned ? version.name.text : nil))
        }
        let age = Double(now.milliseconds) - Double(question.asOf.milliseconds)
        let isStaged = content.population != .everyone
        if abs(age) > 60_000 || (abs(age) > 5_000 && isStaged) { all.append(Denial(.rulesStale)) }
        if self.isHeld(model) { all.append(Denial(.modelOnHold, field: "model")) }
        for terms in content.terms where !self.accepted(caller, terms) {
            all.append(Denial(.termsNotAccepted, field: terms.description, detail: self.url(of: terms)))
        }
        if content.intent != key.intent {
            all.append(Denial(.outsideIntent, field: "intent", detail: content.intent.rawValue))
        }
        if !content.modalities.contains(request.modality) {
            all.append(Denial(.outsideModality, field: "modality", detail: request.modality.rawValue))
        }
        if content.exposure == .sandbox, key.exposure == .real {
            all.append(Denial(.outsideExposure, field: "exposure", detail: "sandbox"))
        }
        if content.uses != nil, key.use == nil || !content.uses!.contains(key.use!) {
            let names = content.uses!.map { "\($0)" }.joined(separator: ", ")
            all.append(Denial(.outsideUseScope, field: "use", detail: names))
        }
        if content.regions != nil, request.region == nil || !content.regions!.contains(request.region!) {
            let names = content.regions!.map { "\($0)" }.joined(separator: ", ")
            all.append(Denial(.outsideRegion, field: "region", detail: names))
        }
        let rights = content.entitlements.filter { $0.until == nil || now < $0.until! }.map(\.kind)
        if isPinned, !rights.contains(.pinnedVersion) {
            all.append(Denial(.entitlementMissing, field: "model", detail: "pinned_version"))
        }
        for field in GuardedField.allCases where request.fields.rawValue >> UInt32(field.rawValue) & 1 == 1 {
            guard !rights.contains(field.entitlement) else { continue }
            if self.stripped(grant, question).contains(field) { continue }
            all.append(Denial(.entitlementMissing, field: field.name, detail: field.entitlement.rawValue))
        }
        return all
    }

    /// The version that answers: the one that made what is asked for again, or the one at hand.
    private func answering(_ made: VersionID?, _ model: Model, _ version: Version) -> Version? {
        guard let made else { return version }
        return self.versions.first { $0.id == made && $0.model == model.id }
    }

    /// The fields that the grant has taken out.
    private func stripped(_ grant: Grant, _ question: Question) -> [GuardedField] {
        guard grant.content.unentitledFields == .strip else { return [] }
        let rights = grant.content.entitlements.filter { $0.until == nil || question.now < $0.until! }.map(\.kind)
        return GuardedField.allCases.filter { field in
            question.request.fields.rawValue >> UInt32(field.rawValue) & 1 == 1
                && question.request.removable.rawValue >> UInt32(field.rawValue) & 1 == 1
                && !rights.contains(field.entitlement)
        }
    }

    private func key(_ presented: PresentedKey) -> Key? {
        var found: Key?
        for event in self.events {
            if case .keyIssued(let key) = event, key.id == presented.id, key.digest == presented.digest { found = key }
            if case .keyRevoked(let revocation) = event, revocation.key == presented.id { found = nil }
        }
        return found
    }

    private func caller(_ key: Key) -> Application? {
        for event in self.events {
            if case .applicationAdded(let it) = event, key.owner == .application(it.id) { return it }
        }
        return nil
    }

    private func current(_ model: Model) -> Version? {
        var current: VersionID?
        for case .currentVersionChanged(let change) in self.events where change.model == model.id {
            current = change.version
        }
        return self.versions.first { $0.id == current }
    }

    private func wasCurrent(_ version: Version) -> Bool {
        self.events.contains { if case .currentVersionChanged(let it) = $0 { it.version == version.id } else { false } }
    }

    private func isHeld(_ model: Model) -> Bool {
        var isHeld = false
        for event in self.events {
            if case .modelHeld(let hold) = event, hold.model == model.id { isHeld = true }
            if case .modelResumed(let resumption) = event, resumption.model == model.id { isHeld = false }
        }
        return isHeld
    }

    /// The caller's own grants come first, then those of the organisation behind it; each in the order of issue.
    private func grants(of caller: Application, to model: Model) -> [Grant] {
        let all = self.grants.filter { $0.content.model == model.id }
        let own = all.filter { $0.content.subject == .application(caller.id) }
        guard let organisation = caller.organisation else { return own }
        return own + all.filter { $0.content.subject == .organisation(organisation) }
    }

    private func isRevoked(_ grant: Grant) -> Bool {
        self.events.contains { if case .grantRevoked(let it) = $0 { it.grant == grant.id } else { false } }
    }

    private func waits(_ caller: Application, for model: Model) -> Bool {
        self.events.contains {
            if case .enrolled(let it) = $0 { it.application == caller.id && it.model == model.id } else { false }
        }
    }

    private func accepted(_ caller: Application, _ terms: TermsID) -> Bool {
        self.events.contains {
            if case .termsAccepted(let it) = $0 { it.application == caller.id && it.terms == terms } else { false }
        }
    }

    private func url(of terms: TermsID) -> String? {
        for case .termsPublished(let it) in self.events where it.id == terms { return it.url }
        return nil
    }
}
