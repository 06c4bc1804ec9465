import AccessPolicy
import ReleaseModel
import SluiceTesting

/// A request, the moment at which it is made, and the age of the rules then.
struct Question: Hashable, Sendable {
    var request: AccessRequest
    var now: Timestamp
    var asOf: Timestamp
}

extension World {
    /// How old the rules are when they are asked, in milliseconds: on both sides of every edge; most often fresh.
    private static let ages: [Int64] = [
        0, 0, 0, 0, 0, 1, 4_999, 5_000, 5_001, 6_000, 60_000, 60_001, -1, -5_000, -5_001, -60_000, -60_001,
        .max, .min,
    ]

    /// Questions that somebody might ask in this world; more than half of them made to suit a grant.
    mutating func questions(_ count: Int) -> [Question] {
        (0..<count).map { _ in self.question() }
    }

    private mutating func question() -> Question {
        let now = self.generator.chance(60) ? Self.noon : self.moment()
        let asOf = self.generator.chance(80) ? now : now.advanced(milliseconds: self.generator.pick(Self.ages))
        let applicationKeys = self.keys.filter { $0.kind != .person }
        var request = AccessRequest(
            key: self.strangeKey(), model: self.someName(), modality: self.generator.pick(Modality.allCases),
            region: self.generator.chance(70) ? self.generator.pick(Sample.regions) : nil, fields: self.someFields())
        if self.generator.chance(50) { request.removable = self.someFields() }
        if self.generator.chance(10) { request.made = self.versions.randomElement(using: &self.generator)?.id }
        if !self.keys.isEmpty, self.generator.chance(95) {
            let suits = !applicationKeys.isEmpty && self.generator.chance(97)
            let key = self.generator.pick(suits ? applicationKeys : self.keys)
            request.key = PresentedKey(id: key.id, digest: key.digest)
            if self.generator.chance(2) { request.key.digest = self.generator.pick(Sample.digests) }
            if self.generator.chance(85) {
                request.modality = self.generator.pick(Modality.allCases.filter(key.kind.opens) + [request.modality])
                self.fit(&request, to: key)
            }
        }
        return Question(request: request, now: now, asOf: asOf)
    }

    /// Asks for what one of the key's grants is for.
    private mutating func fit(_ request: inout AccessRequest, to key: Key) {
        guard case .application(let id) = key.owner, let caller = self.applications.first(where: { $0.id == id }) else {
            return
        }
        let own = self.grants.filter { grant in
            switch grant.content.subject {
            case .application(let holder): holder == id
            case .organisation(let holder): holder == caller.organisation
            }
        }
        guard !own.isEmpty else { return }
        let content = self.generator.pick(own).content
        if let model = self.models.first(where: { $0.id == content.model }) { request.model = model.name.text }
        let versions = self.versions.filter { $0.model == content.model }
        if !versions.isEmpty, self.generator.chance(15) { request.model = self.generator.pick(versions).name.text }
        let suiting = content.modalities.filter(key.kind.opens)
        if !suiting.isEmpty { request.modality = self.generator.pick(suiting) }
        if let regions = content.regions, let region = regions.first { request.region = region }
    }

    private mutating func strangeKey() -> PresentedKey {
        let id = Sample.strangeKey ?? self.keys[0].id
        return PresentedKey(id: id, digest: self.generator.pick(Sample.digests))
    }

    private mutating func someName() -> String {
        let known = self.models.map(\.name.text) + self.versions.map(\.name.text)
        return known.isEmpty || self.generator.chance(20)
            ? self.generator.pick(Sample.strangers) : self.generator.pick(known)
    }

    private mutating func someFields() -> GuardedFields {
        guard self.generator.chance(15) else { return [] }
        var fields = GuardedFields(self.generator.pick(GuardedField.allCases))
        if self.generator.chance(30) { fields.insert(GuardedFields(self.generator.pick(GuardedField.allCases))) }
        return fields
    }
}
