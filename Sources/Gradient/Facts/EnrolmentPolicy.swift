public import ReleaseModel

/// Who may come in to use a model, from the narrowest to the widest.
public enum EnrolmentPolicy: Comparable, Hashable, Sendable {
    /// Nobody new.
    case closed
    /// Who was chosen or invited.
    case cohort
    /// As many as there are places, whoever they are.
    case capped(places: Int)
    /// Whoever asks and accepts the terms.
    case open
}

/// That from a moment on another policy holds.
public struct EnrolmentChange: Hashable, Sendable {
    /// Who may come in.
    public var policy: EnrolmentPolicy
    /// From when, until the next change.
    public var from: Timestamp

    /// A policy that holds from a moment on.
    public init(_ policy: EnrolmentPolicy, from: Timestamp) {
        self.policy = policy
        self.from = from
    }
}

/// A time in which anybody may come in, and the policy that ends it.
struct OpenDoor: Sendable {
    let span: Span
    let closing: EnrolmentPolicy?

    /// That a grant to everybody is one that everybody can get: both have to hold, and either ends it.
    func opening(_ level: Level, with grant: Span, of reason: Reason) -> Opening? {
        guard let both = self.span.intersection(grant) else { return nil }
        let door = Reason.enrolment(.open)
        let begins = (both.from == grant.from ? [reason] : []) + (both.from == self.span.from ? [door] : [])
        let closing = both.until == self.span.until ? self.closing.map { [Reason.enrolment($0)] } ?? [] : []
        return Opening(
            level, both, reasons: [reason, door], begins: begins,
            ends: (both.until == grant.until ? [reason] : []) + closing)
    }
}

extension ReleaseFacts {
    /// When anybody may come in. Of several changes at one moment the narrowest holds, whatever their order.
    var enrolmentOpen: [OpenDoor] {
        let changes = Dictionary(self.enrolment.map { ($0.from, $0.policy) }, uniquingKeysWith: min)
            .sorted { $0.key < $1.key }
        return changes.indices.compactMap { index in
            guard changes[index].value == .open else { return nil }
            let closing = changes[(index + 1)...].first { $0.value != .open }
            return Span(from: changes[index].key, until: closing?.key)
                .map { OpenDoor(span: $0, closing: closing?.value) }
        }
    }
}
