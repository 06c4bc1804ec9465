/// What the access is for. A grant for one intent does not serve another.
public enum Intent: String, Codable, CaseIterable, Hashable, Sendable {
    case safetyEvaluation = "safety_evaluation"
    case research
    case partnerEvaluation = "partner_evaluation"
    case operational
    case emergencyDefence = "emergency_defence"
}

/// How wide the circle is that a grant belongs to. All but ``everyone`` are staged: they close first when the gateway
/// cannot be sure of its rules any more.
public enum Population: String, Codable, CaseIterable, Hashable, Sendable {
    case `internal`, trusted, cohort, everyone
}

/// By which way the model is used.
public enum Modality: String, Codable, CaseIterable, Hashable, Sendable {
    case hosted, api, finetune, weights
}

/// Whether real people meet the answers.
public enum Exposure: String, Codable, CaseIterable, Hashable, Sendable {
    case sandbox, real
}

/// Who holds a grant.
public enum GrantSubject: Codable, Hashable, Sendable {
    /// One application.
    case application(ApplicationID)
    /// Every application of an organisation.
    case organisation(OrganisationID)

    /// Reads the identifier; its prefix tells which it is.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        if let application = ApplicationID(text) {
            self = .application(application)
        } else if let organisation = OrganisationID(text) {
            self = .organisation(organisation)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "the identifier of an application (app_…) or an organisation (org_…)")
        }
    }

    /// Writes the identifier.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .application(let id): try container.encode(id)
        case .organisation(let id): try container.encode(id)
        }
    }
}

/// What one person proposes and another approves: who may use which versions, for what, how, and how much.
///
/// Each field narrows; a request outside any of them is refused, naming the field.
public struct GrantTerms: Codable, Hashable, Sendable {
    /// The most versions, uses, regions or terms that one grant may list.
    public static let maximumListed = 64

    /// Who.
    public var subject: GrantSubject
    /// Which model.
    public var model: ModelID
    /// Which versions; `nil` is whichever is current, and to pin whichever once was.
    public var versions: [VersionID]?
    /// What for.
    public var intent: Intent
    /// Which circle.
    public var population: Population
    /// By which ways. None means nothing is granted.
    public var modalities: [Modality]
    /// In front of whom.
    public var exposure: Exposure
    /// Rights beyond ordinary use.
    public var entitlements: [Entitlement]
    /// What becomes of fields that need another right; `nil` is ``FieldRuling/refuse``.
    public var unentitledFields: FieldRuling?
    /// Declared uses; `nil` leaves the use open, an empty list allows none.
    public var uses: [Name]?
    /// Regions of gateways; `nil` leaves the region open, an empty list allows none.
    public var regions: [Name]?
    /// The filters that answers pass.
    public var filterProfile: Name?
    /// How much.
    public var limits: Limits
    /// Terms that must be accepted first.
    public var terms: [TermsID]
    /// From when; `nil` is at once.
    public var opens: Timestamp?
    /// Until when; `nil` is until revoked.
    public var expires: Timestamp?

    /// A grant's content; what is left out narrows nothing but opens nothing either.
    public init(
        subject: GrantSubject, model: ModelID, versions: [VersionID]? = nil, intent: Intent = .operational,
        population: Population = .cohort, modalities: [Modality] = [.api], exposure: Exposure = .real,
        entitlements: [Entitlement] = [], unentitledFields: FieldRuling? = nil, uses: [Name]? = nil,
        regions: [Name]? = nil, filterProfile: Name? = nil, limits: Limits = Limits(), terms: [TermsID] = [],
        opens: Timestamp? = nil, expires: Timestamp? = nil
    ) {
        self.subject = subject
        self.model = model
        self.versions = versions
        self.intent = intent
        self.population = population
        self.modalities = modalities
        self.exposure = exposure
        self.entitlements = entitlements
        self.unentitledFields = unentitledFields
        self.uses = uses
        self.regions = regions
        self.filterProfile = filterProfile
        self.limits = limits
        self.terms = terms
        self.opens = opens
        self.expires = expires
    }

    enum CodingKeys: String, CodingKey {
        case subject, model, versions, intent, population, modalities, exposure, entitlements
        case unentitledFields = "unentitled_fields"
        case uses, regions
        case filterProfile = "filter_profile"
        case limits, terms, opens, expires
    }

    /// Reads a grant's content. Who, what, what for and how must be said; rights, limits and terms may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.subject = try container.decode(GrantSubject.self, forKey: .subject)
        self.model = try container.decode(ModelID.self, forKey: .model)
        self.versions = try container.decodeIfPresent([VersionID].self, forKey: .versions)
        self.intent = try container.decode(Intent.self, forKey: .intent)
        self.population = try container.decode(Population.self, forKey: .population)
        self.modalities = try container.decode([Modality].self, forKey: .modalities)
        self.exposure = try container.decode(Exposure.self, forKey: .exposure)
        self.entitlements = try container.decodeIfPresent([Entitlement].self, forKey: .entitlements) ?? []
        self.unentitledFields = try container.decodeIfPresent(FieldRuling.self, forKey: .unentitledFields)
        self.uses = try container.decodeIfPresent([Name].self, forKey: .uses)
        self.regions = try container.decodeIfPresent([Name].self, forKey: .regions)
        self.filterProfile = try container.decodeIfPresent(Name.self, forKey: .filterProfile)
        self.limits = try container.decodeIfPresent(Limits.self, forKey: .limits) ?? Limits()
        self.terms = try container.decodeIfPresent([TermsID].self, forKey: .terms) ?? []
        self.opens = try container.decodeIfPresent(Timestamp.self, forKey: .opens)
        self.expires = try container.decodeIfPresent(Timestamp.self, forKey: .expires)
    }
}

/// A grant in force, or once in force.
public struct Grant: Codable, Hashable, Sendable {
    /// The identifier.
    public var id: GrantID
    /// What was approved.
    public var content: GrantTerms
    /// Since when.
    public var issued: Timestamp
    /// When it was taken back.
    public var revoked: Timestamp?

    /// A grant with all its fields.
    public init(id: GrantID, content: GrantTerms, issued: Timestamp, revoked: Timestamp? = nil) {
        self.id = id
        self.content = content
        self.issued = issued
        self.revoked = revoked
    }
}
