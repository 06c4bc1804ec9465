import AccessPolicy
import ChatWire
import HTTPWire
import HashTreeCollections
import ReleaseModel
import Store

extension Exchange {
    /// Lists the models that a request with this key would be let in to.
    func listModels(_ key: PresentedKey) {
        let snapshot = self.worker.shared.rules.current
        let region = self.worker.configuration.region
        guard let models = snapshot.models(for: key, modality: .api, region: region, at: self.worker.now()) else {
            return self.refuse(WireError([Denial(.invalidKey)], model: ""))
        }
        let cards = models.map { model in
            ModelCard(model, ends: self.end(of: model, key, snapshot))
        }
        switch self.format {
        case .openAI: self.answer(ModelCard.openAIList(of: cards))
        case .anthropic:
            do throws(WireError) {
                let query = QueryItems(self.request.head.query)
                let page = try ModelPage(
                    of: try ModelPage.filtered(cards, lifecycle: query.all("lifecycle")), afterID: query["after_id"],
                    beforeID: query["before_id"], limit: query["limit"])
                self.answer(page.body)
            } catch {
                self.refuse(error)
            }
        }
    }

    /// Shows one model, if a request for it would be let in.
    func showModel(_ name: String, _ key: PresentedKey) {
        let snapshot = self.worker.shared.rules.current
        let request = AccessRequest(
            key: key, model: name, modality: .api, region: self.worker.configuration.region)
        switch snapshot.admit(request, at: self.worker.now()) {
        case .admitted(let admission):
            guard let model = snapshot.registry.models[admission.version.model] else { return }
            let ends = admission.grant.content.expires
            self.answer(ModelCard(model, ends: ends).body(format: self.format))
        case .refused(let denials):
            self.refuse(WireError(denials, model: name))
        }
    }

    /// When the access ends under which a request for the model would be let in.
    private func end(of model: Model, _ key: PresentedKey, _ snapshot: Snapshot) -> Timestamp? {
        let request = AccessRequest(
            key: key, model: model.name.text, modality: .api, region: self.worker.configuration.region)
        guard case .admitted(let admission) = snapshot.admit(request, at: self.receivedAt) else { return nil }
        return admission.grant.content.expires
    }
}

extension ModelCard {
    /// What a model is called on the wire: its name, not its versions'.
    init(_ model: Model, ends: Timestamp?) {
        self.init(
            id: model.name.text, created: model.added.milliseconds / 1_000, displayName: model.displayName,
            ownedBy: "sluice", ends: ends.map { $0.milliseconds / 1_000 })
    }
}
