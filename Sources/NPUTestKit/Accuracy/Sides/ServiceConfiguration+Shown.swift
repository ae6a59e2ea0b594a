internal import NPUBase
internal import NPUServices
internal import NPUTransport

extension ServiceConfiguration {
  /// The address without what is secret in it.
  func shownAddress(over transport: any Transport) -> String {
    redactor(over: transport).clean(endpoint.description)
  }

  /// What takes the secrets of the service out of texts that it wrote.
  func redactor(over transport: any Transport) -> Redactor { Redactor(self, over: transport) }
}

extension TransferInstants {
  /// The time from the start of an exchange to its end; nil where the transport did not say.
  var seconds: Double? {
    guard let started, let ended else { return nil }
    return started.duration(to: ended).seconds
  }
}
