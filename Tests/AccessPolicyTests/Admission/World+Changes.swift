import AccessPolicy
import ReleaseModel
import SluiceTesting
import Testing

/// A change that can only take away.
enum Closing: String, CaseIterable, CustomTestStringConvertible {
    case grantRemoved = "removing a grant"
    case grantRevoked = "revoking a grant"
    case modelHeld = "a hold"
    case keyRevoked = "revoking a key"
    case expiresSooner = "an earlier end of a grant"
    case opensLater = "a later start of a grant"
    case termsRequired = "requiring terms"
    case versionsNarrowed = "narrowing the versions"
    case modalitiesNarrowed = "narrowing the modalities"
    case exposureNarrowed = "narrowing the exposure"
    case usesNarrowed = "narrowing the uses"
    case regionsNarrowed = "narrowing the regions"
    case populationStaged = "staging the population"
    case entitlementTaken = "taking an entitlement"
    case entitlementEndsSooner = "an earlier end of an entitlement"

    var testDescription: String { self.rawValue }
}

/// A change that can only give.
enum Opening: String, CaseIterable, CustomTestStringConvertible {
    case termsAccepted = "accepting terms"
    case entitlementAdded = "adding an entitlement"
    case grantAdded = "issuing a grant"
    case modelResumed = "lifting a hold"
    case termsDropped = "dropping required terms"
    case scopeOpened = "opening uses and regions"

    var testDescription: String { self.rawValue }
}

extension World {
    mutating func apply(_ closing: Closing) {
        switch closing {
        case .grantRemoved:
            guard let grant = self.grants.randomElement(using: &self.generator) else { return }
            self.grants.removeAll { $0.id == grant.id }
            self.entries.removeAll { if case .grantIssued(let it) = $0.event { it.id == grant.id } else { false } }
        case .grantRevoked:
            guard let grant = self.grants.randomElement(using: &self.generator) else { return }
            self.add(.grantRevoked(RevokeGrant(grant: grant.id, reason: "no longer")))
        case .modelHeld:
            guard let model = self.models.randomElement(using: &self.generator) else { return }
            self.add(.modelHeld(HoldModel(model: model.id, reason: "wait")))
        case .keyRevoked:
            guard let key = self.keys.randomElement(using: &self.generator) else { return }
            self.add(.keyRevoked(RevokeKey(key: key.id, reason: "lost")))
        default: self.changeGrants { $0.narrow(closing, in: &$1) }
        }
    }

    mutating func apply(_ opening: Opening) {
        switch opening {
        case .termsAccepted:
            for application in self.applications {
                for terms in self.terms {
                    let acceptance = Acceptance(terms: terms.id, application: application.id, accepted: Self.noon)
                    self.add(.termsAccepted(acceptance))
                }
            }
        case .entitlementAdded:
            self.changeGrants { content, world in
                content.entitlements.append(Entitlement(world.generator.pick(EntitlementKind.allCases)))
            }
        case .grantAdded:
            guard let model = self.models.randomElement(using: &self.generator),
                let application = self.applications.randomElement(using: &self.generator)
            else { return }
            let content = self.grantTerms(for: .application(application.id), to: model)
            self.add(.grantIssued(Grant(id: GrantID(bits: self.nextBits()), content: content, issued: Self.noon)))
        case .modelResumed:
            guard let model = self.models.randomElement(using: &self.generator) else { return }
            self.add(.modelResumed(ResumeModel(model: model.id, reason: "mended")))
        case .termsDropped: self.changeGrants { content, _ in content.terms = [] }
        case .scopeOpened: self.changeGrants { content, _ in (content.uses, content.regions) = (nil, nil) }
        }
    }

    /// Changes every second grant, as if it had been issued so.
    private mutating func changeGrants(_ change: (inout GrantTerms, inout World) -> Void) {
        for index in self.entries.indices {
            guard case .grantIssued(var grant) = self.entries[index].event, self.generator.chance(50) else { continue }
            change(&grant.content, &self)
            self.entries[index].event = .grantIssued(grant)
        }
    }
}

extension GrantTerms {
    /// Narrows one field, which may be as narrow as it gets already.
    fileprivate mutating func narrow(_ closing: Closing, in world: inout World) {
        let moment = world.moment()
        switch closing {
        case .expiresSooner: self.expires = min(self.expires ?? moment, moment)
        case .opensLater: self.opens = max(self.opens ?? moment, moment)
        case .termsRequired: self.terms += world.some(world.terms.map(\.id))
        case .versionsNarrowed: self.versions = world.some(self.versions ?? [])
        case .modalitiesNarrowed: self.modalities = world.some(self.modalities)
        case .exposureNarrowed: self.exposure = .sandbox
        case .usesNarrowed: self.uses = world.some(self.uses ?? Sample.uses)
        case .regionsNarrowed: self.regions = world.some(self.regions ?? Sample.regions)
        case .populationStaged: self.population = self.population == .everyone ? .cohort : self.population
        case .entitlementTaken: self.entitlements = world.some(self.entitlements)
        case .entitlementEndsSooner:
            self.entitlements = self.entitlements.map { entitlement in
                Entitlement(entitlement.kind, until: min(entitlement.until ?? moment, moment))
            }
        case .grantRemoved, .grantRevoked, .modelHeld, .keyRevoked: break
        }
    }
}
