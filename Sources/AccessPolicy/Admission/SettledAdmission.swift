public import ReleaseModel

/// An admission with all that it follows from but the end user: as long as that holds, the same request of the same end
/// user is let in the same way, and nobody has to look up again what was looked up a moment ago.
///
/// Whoever asks often keeps one for each end user. It answers as the rules would, or not at all. It does not say whose
/// it is, so that those who are let in alike can share one.
public final class SettledAdmission: Sendable {
    /// What was decided.
    public let admission: Admission
    private let request: AccessRequest
    private let rules: Snapshot.Frozen
    private let span: ClockSpan

    fileprivate init(_ admission: Admission, of request: AccessRequest, rules: Snapshot.Frozen, span: ClockSpan) {
        self.admission = admission
        self.request = request
        self.rules = rules
        self.span = span
    }

    /// Whether it was decided for this key by the same rules, which would let it in now.
    public func isOf(_ key: PresentedKey, under snapshot: Snapshot, at now: Timestamp) -> Bool {
        self.stands(under: snapshot, at: now) && self.request.key == key
    }

    /// Whether the rules would say the same of this request now.
    ///
    /// - Parameter request: without the end user, who has to be the one that it was decided for.
    public func holds(for request: AccessRequest, under snapshot: Snapshot, at now: Timestamp) -> Bool {
        self.stands(under: snapshot, at: now) && snapshot.freshness(at: now) == .fresh && self.request == request
    }

    /// Whether it follows from the same, and says the same.
    public func isAlike(_ other: SettledAdmission) -> Bool {
        self.rules === other.rules && self.span == other.span && self.request == other.request
            && self.admission == other.admission
    }

    private func stands(under snapshot: Snapshot, at now: Timestamp) -> Bool {
        self.rules === snapshot.frozen && self.span.contains(now)
            && (self.admission.placement == nil || now < snapshot.conductedUntil)
    }
}

extension Snapshot {
    /// The admission with all that it follows from; nil where that changes by itself, as a place in a line does.
    public func settled(_ decision: Decision, of request: AccessRequest, at now: Timestamp) -> SettledAdmission? {
        guard case .admitted(let admission) = decision, self.freshness(at: now) == .fresh,
            case .application(let caller, let key)? = self.authenticate(request.key, at: now),
            let target = self.resolve(request.model)
        else { return nil }
        var span = ClockSpan()
        span.end(at: key.expires, now: now)
        let grants = self.grants(of: caller, to: target.model.id)
        for content in grants.lazy.map(\.content) {
            span.end(at: content.opens, now: now)
            span.end(at: content.expires, now: now)
            for entitlement in content.entitlements { span.end(at: entitlement.until, now: now) }
        }
        if let release = self.release(of: target) {
            // Whether a stage has a place is asked of the clock; who was placed has one.
            guard admission.placement != nil, admission.grantID == grants.first?.id else { return nil }
            // The end of being believed is not among the moments: each second it is another, and the rules have it.
            span.end(at: release.countsFrom, now: now)
        }
        var request = request
        request.account = nil
        return SettledAdmission(admission, of: request, rules: self.frozen, span: span)
    }
}

/// The time in which none of the moments passes that a decision is compared with.
private struct ClockSpan: Equatable {
    private var first = Timestamp.distantPast
    private var end = Timestamp.distantFuture

    /// Ends it where a moment comes, or begins it where that has come by `now`, which is in it.
    mutating func end(at moment: Timestamp?, now: Timestamp) {
        guard let moment else { return }
        if moment <= now { self.first = max(self.first, moment) } else { self.end = min(self.end, moment) }
    }

    func contains(_ moment: Timestamp) -> Bool { self.first <= moment && moment < self.end }
}
