internal import NPUBase
internal import NPUTransport

/// Which model a load asks for, and what is to be said about it.
public struct ModelChoice: Sendable, Hashable {
  /// The name; `nil` where none was given and the service lists none, as servers of one model do.
  public var name: String?
  /// The models that the service lists; empty if it does not say.
  public var listed: [String]
  /// The first of them as they may be shown: the service chose the words.
  var shown: [String] = []
  /// Why the service did not list its models where that matters: an error, or no such route and no name given.
  public var listFailure: String?

  /// What is wrong with the choice and what to do; `nil` if nothing is.
  public var warning: String? {
    if let listFailure {
      let consequence =
        name.map { "the requests name \"\(Excerpt.of($0))\", which is not checked" } ?? "the requests name no model"
      return "The list of models cannot be read, and \(consequence): \(listFailure)"
    }
    guard let name, !listed.isEmpty, !listed.contains(name) else { return nil }
    let shown = shown.joined(separator: ", ") + (listed.count > shown.count ? ", ..." : "")
    return "The service does not list a model \"\(Excerpt.of(name))\"; it lists \(shown)."
  }
}

extension HealthClient {
  /// Makes sure that somebody answers, and finds the model if none is named.
  ///
  /// - Parameter name: The model that is wanted; without it the first that the service lists is taken.
  /// - Returns: The choice. If the service lists no models, the name is taken as it is; the choice says so where the
  ///   list failed.
  /// - Throws: ``ServiceError`` that says what to check if nobody answers, or if the service asks for other
  ///   credentials.
  public func chooseModel(_ name: String?) async throws -> ModelChoice {
    let report = try await check()
    let address = service.endpoint.description
    switch report.state {
    case .unreachable:
      throw ServiceError(
        kind: .transport,
        message: "No service answers at \(address): \(report.message). Check the address and that the service runs.")
    case .unauthorized:
      throw ServiceError(
        kind: .httpStatus,
        message: "The service at \(address) refuses the credentials: \(report.message). Check the API key.",
        status: report.status)
    default: break
    }
    let redactor = Redactor(service, over: transport)
    switch try await listedModels() {
    case .success(.available(let list)):
      let listed = list.models.map(\.id)
      let shown = listed.prefix(5).map { Excerpt.of(redactor.clean($0), limit: 100) }
      return ModelChoice(name: name ?? listed.first, listed: listed, shown: shown)
    case .success(.notSupported(let status, let message)):
      // Servers of one model may have no list, which is nothing to speak of where the name is known.
      let reason = "the service has no such route" + (status.map { ", status \($0)" } ?? "")
      let words = Excerpt.of(redactor.clean(message))
      let failure = name == nil ? reason + (words.isEmpty ? "" : ": \(words)") : nil
      return ModelChoice(name: name, listed: [], listFailure: failure)
    case .failure(let error): return ModelChoice(name: name, listed: [], listFailure: error.description)
    }
  }

  /// The list of models, or why there is none.
  private func listedModels() async throws -> Result<Availability<ModelList>, ServiceError> {
    do {
      return .success(try await models())
    } catch let error as ServiceError where error.status == 401 || error.status == 403 {
      // Health probes are often open to all: the list is the first to ask for the key.
      throw ServiceError(
        kind: .httpStatus,
        message: "The service at \(service.endpoint.description) refuses the credentials for its list of models: "
          + "\(error.message). Check the API key.",
        status: error.status, underlying: error)
    } catch let error as ServiceError {
      return .failure(error)
    }
  }
}
