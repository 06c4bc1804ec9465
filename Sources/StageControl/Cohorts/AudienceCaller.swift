public import ReleaseModel

/// Who asks to be served by the candidate, as far as cohorts can tell callers apart.
public struct AudienceCaller: Hashable, Sendable {
    /// The application.
    public let application: ApplicationID
    /// Who stands behind it; nil is nobody known.
    public let organisation: OrganisationID?
    /// The grant under which it asks; nil if it has none, as on a waiting list.
    public let grant: GrantTerms?
    /// The end user, as the application names them; nil if the request names none.
    public let account: String?

    /// A caller with all its fields.
    public init(
        application: ApplicationID, organisation: OrganisationID? = nil, grant: GrantTerms? = nil,
        account: String? = nil
    ) {
        self.application = application
        self.organisation = organisation
        self.grant = grant
        self.account = account
    }

    /// The unit as which a plan counts the caller; nil if it counts accounts and this is none.
    public func unit(by kind: PlanBucketing.Unit) -> AudienceUnit? {
        switch kind {
        case .application: AudienceUnit(self.application)
        case .account: self.account.flatMap { AudienceUnit(self.application, account: $0) }
        }
    }
}
