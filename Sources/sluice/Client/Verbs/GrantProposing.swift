import ArgumentParser
import ReleaseModel
import StrictJSON

/// `sluice grant propose`: each option narrows; what is left out is as the help says.
struct GrantProposing: GivingVerb {
    static let configuration = CommandConfiguration(
        commandName: "propose", abstract: "Propose a grant. A second person approves it.")

    @Option(help: "The application, by name or identifier.") var application: String?
    @Option(help: "In place of an application: all applications of an organisation, by name or identifier.")
    var organisation: String?
    @Option(help: "The model, by name or identifier.") var model: String
    @Option(help: "Only this version, by name or identifier, even if another is current; can be given more than once.")
    var version: [String] = []
    @Option(help: "What for.") var intent = Intent.operational
    @Option(help: "To which circle the grant belongs.") var population = Population.cohort
    @Option(help: "By which way; can be given more than once.") var modality: [Modality] = [.api]
    @Option(help: "In front of whom.") var exposure = Exposure.real
    @Option(
        help: ArgumentHelp(
            """
            A right beyond ordinary use, with its end where it needs one: logprobs, full_sampling, finetune, \
            pinned_version=2027-01-01, unlogged or system_prompt. It can be given more than once.
            """,
            valueName: "right[=until]"),
        transform: OptionText.entitlement)
    var entitlement: [Entitlement] = []
    @Option(help: "What becomes of fields that need another right: refuse the request, or strip the field.")
    var unentitledFields: FieldRuling?
    @Option(help: "A declared use; any use if left out. It can be given more than once.", transform: OptionText.name)
    var use: [Name] = []
    @Option(help: "A region of a gateway; any if left out. It can be given more than once.", transform: OptionText.name)
    var region: [Name] = []
    @Option(help: "The filters that answers pass.", transform: OptionText.name) var filterProfile: Name?
    @Option(help: "The most requests in any minute.") var requestsPerMinute: Int?
    @Option(help: "The most tokens, in and out, in any minute.") var tokensPerMinute: Int?
    @Option(help: "The most requests at the same time.") var concurrency: Int?
    @Option(help: "The most tokens of one answer.") var maximumOutputTokens: Int?
    @Option(
        help: ArgumentHelp(
            "Terms that must be accepted first, by identifier or as name@version; can be given more than once.",
            valueName: "terms"))
    var terms: [String] = []
    @Option(help: "From when; at once if left out.", transform: Moment.option) var opens: Timestamp?
    @Option(help: "Until when; until it is revoked if left out.", transform: Moment.option) var expires: Timestamp?
    @OptionGroup var giving: GivingOptions

    func validate() throws {
        guard (self.application == nil) != (self.organisation == nil) else {
            throw ValidationError("give --application or --organisation, and not both")
        }
    }

    func command(_ session: Session) async throws -> Command {
        var versions: [VersionID] = []
        for text in self.version {
            versions.append(try await session.identifier(.versions, text, as: VersionID.self))
        }
        var terms: [TermsID] = []
        for text in self.terms { terms.append(try await session.termsIdentifier(text)) }
        return .issueGrant(
            GrantTerms(
                subject: try await self.subject(session),
                model: try await session.identifier(.models, self.model, as: ModelID.self),
                versions: versions.isEmpty ? nil : versions, intent: self.intent, population: self.population,
                modalities: self.modality, exposure: self.exposure, entitlements: self.entitlement,
                unentitledFields: self.unentitledFields, uses: self.use.isEmpty ? nil : self.use,
                regions: self.region.isEmpty ? nil : self.region,
                filterProfile: self.filterProfile,
                limits: Limits(
                    requestsPerMinute: self.requestsPerMinute, tokensPerMinute: self.tokensPerMinute,
                    concurrency: self.concurrency, maximumOutputTokens: self.maximumOutputTokens),
                terms: terms, opens: self.opens, expires: self.expires))
    }

    private func subject(_ session: Session) async throws -> GrantSubject {
        if let application = self.application {
            return .application(try await session.identifier(.applications, application, as: ApplicationID.self))
        }
        return .organisation(
            try await session.identifier(.organisations, self.organisation ?? "", as: OrganisationID.self))
    }
}
