import AccessPolicy
import ReleaseModel
import SluiceTesting
import Testing

extension Decision {
    var isAdmitted: Bool { if case .admitted = self { true } else { false } }
}

extension Registry {
    func answer(_ question: Question) -> Decision {
        Snapshot(registry: self, asOf: question.asOf).admit(question.request, at: question.now)
    }
}

@Suite("What changes do to admission")
struct LawTests {
    private let worlds: UInt64 = 150
    private let questionsPerWorld = 40

    @Test("never opens by what takes away", arguments: Closing.allCases)
    func closing(_ closing: Closing) {
        var closed = 0
        repeated(seeds: self.worlds) { seed, _ in
            var world = World(seed: seed)
            let (questions, before) = (world.questions(self.questionsPerWorld), world.registry)
            world.apply(closing)
            let after = world.registry
            for question in questions {
                let (old, new) = (before.answer(question), after.answer(question))
                if new.isAdmitted { try #require(old.isAdmitted, "\(question)") }
                if old.isAdmitted, !new.isAdmitted { closed += 1 }
            }
        }
        #expect(closed > 0 || seeds(self.worlds).count == 1, "\(closing.rawValue) did nothing at all")
    }

    @Test("never closes by what gives", arguments: Opening.allCases)
    func opening(_ opening: Opening) {
        var opened = 0
        repeated(seeds: self.worlds) { seed, _ in
            var world = World(seed: seed)
            let (questions, before) = (world.questions(self.questionsPerWorld), world.registry)
            world.apply(opening)
            let after = world.registry
            for question in questions {
                let (old, new) = (before.answer(question), after.answer(question))
                if old.isAdmitted { try #require(new.isAdmitted, "\(question)") }
                if new.isAdmitted, !old.isAdmitted { opened += 1 }
            }
        }
        #expect(opened > 0 || seeds(self.worlds).count == 1, "\(opening.rawValue) did nothing at all")
    }

    @Test("never opens by older rules, nor by rules from further in the future")
    func staleness() {
        var closed = 0
        repeated(seeds: self.worlds) { seed, generator in
            var world = World(seed: seed)
            let registry = world.registry
            for question in world.questions(self.questionsPerWorld) {
                var older = question
                let step = Int64(generator.below(70_000))
                let isBehind = question.asOf <= question.now
                older.asOf = question.asOf.advanced(milliseconds: isBehind ? -step : step)
                let (old, new) = (registry.answer(question), registry.answer(older))
                if new.isAdmitted { try #require(old.isAdmitted, "\(question), then \(step) ms older") }
                if old.isAdmitted, !new.isAdmitted { closed += 1 }
            }
        }
        #expect(closed > 0 || seeds(self.worlds).count == 1)
    }

    @Test("changes nothing for one application by what happens to another")
    func others() {
        repeated(seeds: self.worlds) { seed, _ in
            var world = World(seed: seed)
            let (questions, before) = (world.questions(self.questionsPerWorld), world.registry)
            let organisation = Organisation(
                id: OrganisationID(bits: world.nextBits()), name: Sample.names[3], added: World.noon)
            let other = Application(
                id: ApplicationID(bits: world.nextBits()), name: Sample.names[3], organisation: organisation.id,
                added: World.noon)
            world.add(.organisationAdded(organisation))
            world.add(.applicationAdded(other))
            for model in world.models {
                for subject in [GrantSubject.application(other.id), .organisation(organisation.id)] {
                    let content = world.grantTerms(for: subject, to: model)
                    let id = GrantID(bits: world.nextBits())
                    world.add(.grantIssued(Grant(id: id, content: content, issued: World.noon)))
                    if world.generator.chance(30) { world.add(.grantRevoked(RevokeGrant(grant: id, reason: "over"))) }
                }
                world.add(.enrolled(Enrolment(application: other.id, model: model.id, since: World.noon)))
            }
            for terms in world.terms {
                world.add(.termsAccepted(Acceptance(terms: terms.id, application: other.id, accepted: World.noon)))
            }
            let after = world.registry
            for question in questions { try #require(before.answer(question) == after.answer(question), "\(question)") }
        }
    }

    @Test("answers who may not know of a model as if there were none")
    func secrecy() {
        var compared = 0
        repeated(seeds: self.worlds * 2) { seed, _ in
            var world = World(seed: seed)
            let (questions, registry) = (world.questions(self.questionsPerWorld), world.registry)
            for (application, model) in world.strangers {
                let without = Registry(folding: world.entries.filter { !world.speaks($0.event, of: model) })
                let names = [model.name.text] + world.versions.filter { $0.model == model.id }.map(\.name.text)
                for question in questions where world.owner(of: question) == application.id {
                    for name in names {
                        var (known, unknown) = (question, question)
                        known.request.model = name
                        unknown.request.model = "no-such-model"
                        let answer = registry.answer(known)
                        try #require(answer == registry.answer(unknown), "\(known)")
                        try #require(answer == without.answer(known), "\(known)")
                        compared += 1
                    }
                    try #require(registry.answer(question) == without.answer(question), "\(question)")
                }
            }
        }
        #expect(compared > 100 || seeds(self.worlds).count == 1)
    }

    @Test("does not tell an unknown, wrong, revoked or expired key from another")
    func keys() {
        repeated(seeds: self.worlds) { seed, _ in
            var world = World(seed: seed)
            let (questions, registry) = (world.questions(self.questionsPerWorld), world.registry)
            guard let stranger = Sample.strangeKey, let key = world.keys.randomElement(using: &world.generator) else {
                return
            }
            var expired = key
            expired.expires = World.noon.advanced(milliseconds: -1)
            let revoking = RevokeKey(key: key.id, reason: "lost")
            let isOther = Sample.digests.first { $0 != key.digest }
            for question in questions {
                var shown = question
                shown.now = World.noon
                shown.request.key = PresentedKey(id: key.id, digest: key.digest)
                var (unknown, wrong) = (shown, shown)
                unknown.request.key.id = stranger
                wrong.request.key.digest = try #require(isOther)
                let answers = [
                    registry.answer(unknown), registry.answer(wrong),
                    registry.after(.keyRevoked(revoking)).answer(shown),
                    registry.after(.keyIssued(expired)).answer(shown),
                ]
                try #require(Set(answers) == [.refused([Denial(.invalidKey)])], "\(shown)")
            }
        }
    }
}

extension Registry {
    fileprivate func after(_ event: ControlEvent) -> Registry {
        var registry = self
        registry.apply(ControlEntry(at: World.noon, by: .system, event: event))
        return registry
    }
}

extension World {
    /// Applications and unlisted models that they have neither a grant to nor a place on the list of.
    fileprivate var strangers: [(Application, Model)] {
        self.applications.flatMap { application in
            self.models.filter { $0.visibility == .unlisted && !self.knows(application, $0) }.map { (application, $0) }
        }
    }

    private func knows(_ application: Application, _ model: Model) -> Bool {
        let isEnrolled = self.entries.contains {
            guard case .enrolled(let it) = $0.event else { return false }
            return it.application == application.id && it.model == model.id
        }
        return isEnrolled
            || self.grants.contains { grant in
                guard grant.content.model == model.id else { return false }
                switch grant.content.subject {
                case .application(let id): return id == application.id
                case .organisation(let id): return id == application.organisation
                }
            }
    }

    fileprivate func owner(of question: Question) -> ApplicationID? {
        let key = self.keys.first { $0.id == question.request.key.id }
        guard case .application(let id)? = key?.owner else { return nil }
        return id
    }

    /// Whether an event is about a model, so that without these the model never was.
    fileprivate func speaks(_ event: ControlEvent, of model: Model) -> Bool {
        switch event {
        case .modelAdded(let it): it.id == model.id
        case .versionAdded(let it): it.model == model.id
        case .currentVersionChanged(let it): it.model == model.id
        case .modelHeld(let it): it.model == model.id
        case .modelResumed(let it): it.model == model.id
        case .enrolled(let it): it.model == model.id
        case .grantIssued(let it): it.content.model == model.id
        case .grantRevoked(let it): self.grants.contains { $0.id == it.grant && $0.content.model == model.id }
        default: false
        }
    }
}
