/// What the codes of Huawei Cloud's API gateway and of ModelArts mean for whoever sent the request.
enum GatewayCode {
  /// The gateway's limit on one request: a response that takes longer is given up, whatever the model does.
  static let timeLimit = Duration.seconds(40)
  /// Within which time of a response with status 504 that limit is seen.
  private static let timeLimitWindow = Duration.seconds(38)...Duration.seconds(45)

  /// What a server said, and behind it what the code means that the gateway or ModelArts gave.
  ///
  /// - Parameters:
  ///   - said: What the server said, as a message has it.
  ///   - error: The same as it was read.
  ///   - status: The HTTP status.
  ///   - elapsed: How long after the request the response came, where that is known.
  /// - Returns: The text.
  static func explaining(_ said: String, _ error: ErrorBody, status: Int, elapsed: Duration? = nil) -> String {
    guard let meaning = meaning(of: error.code, status: status, message: error.message, elapsed: elapsed) else {
      return said
    }
    return "\(said.hasSuffix(".") ? said.dropLast() : said[...]): \(meaning)"
  }

  /// The meaning of a refusal, and what to do.
  ///
  /// - Parameters:
  ///   - code: The code as the body has it; `nil` where it has none.
  ///   - status: The HTTP status.
  ///   - message: What the gateway itself says.
  ///   - elapsed: How long after the request the response came, where that is known.
  /// - Returns: A clause for a message; `nil` for what says enough by itself.
  private static func meaning(of code: String?, status: Int, message: String, elapsed: Duration?) -> String? {
    guard let code, code.hasPrefix("APIG.") || code.hasPrefix("ModelArts.") else {
      return status == 504 && elapsed.map(timeLimitWindow.contains) == true ? timeLimitMeaning : nil
    }
    switch (code, status) {
    case ("APIG.0201", 413): return "the gateway takes bodies of at most 12 MB"
    case ("APIG.0201", 414): return "the address is too long for the gateway"
    case ("APIG.0201", 494): return "the header fields are too long for the gateway"
    case ("APIG.0203", _), (_, 504): return timeLimitMeaning
    case ("APIG.0201", 502), ("APIG.0202", _):
      return "the gateway does not reach the service; look whether its instances run"
    case ("APIG.0201", 400): return "the gateway does not understand the request; check its header fields and body"
    default: break
    }
    if message.lowercased().contains("signature expired") {
      return "the date of the signature and the gateway's clock differ by more than 15 minutes; set the clock of this "
        + "machine"
    }
    return meanings[code]
  }

  private static let timeLimitMeaning =
    "the gateway waits 40 s for a response and gives up then, whether the model works or not; ask for less, stream, or "
    + "raise the limit of the service"

  /// Codes whose meaning does not depend on the status.
  private static let meanings = [
    "APIG.0101": "no API is published at this address; check host, service and path",
    "APIG.0301": "the token or the signature of an access key is not accepted; check the key, and the region and "
      + "project of the token",
    "APIG.0302": "the account may not call this API; ask for authorization of it",
    "APIG.0303": "the key, the code or the signature of the app is not accepted; check key and secret",
    "APIG.0304": "the app is not bound to this API; authorize it for the service",
    "APIG.0305": "the authorizer of the API refused the request",
    "APIG.0306": "a rule on addresses or accounts keeps this machine out",
    "APIG.0307": "the token must be renewed; tokens last 24 hours, and end with a change of the password",
    "APIG.0308": "the limit on the rate of requests is reached; send fewer",
    "ModelArts.81002": "the API key is not accepted; check it",
    "ModelArts.81003": "the API key is not accepted; check it",
    "ModelArts.81009": "the service serves no model of that name",
    "ModelArts.81101": "the limit on the rate of requests is reached; send fewer",
  ]
}
