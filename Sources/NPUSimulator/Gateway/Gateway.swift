internal import NIOCore
internal import NIOHTTP1

/// The simulated gateway: looks at what a request bears before any route does, and gives tokens.
struct Gateway {
  private let gateway: GatewayBehaviour
  private let format: WireFormat
  /// Seconds since 1970 by the gateway's clock.
  private let now: Int

  init(_ gateway: GatewayBehaviour, format: WireFormat) {
    self.gateway = gateway
    self.format = format
    now = WallTime.seconds + gateway.clockOffset
  }

  /// By how much a date may differ, in seconds.
  private static let tolerance = 900

  /// The response to a request that does not pass, or that asks for a token; nothing for one that passes.
  func response(to request: IncomingRequest) -> ByteBuffer? {
    if request.head.method == .POST, request.head.uri == "/v3/auth/tokens" { return token(request) }
    if request.bodySize > gateway.bodyLimit {
      return refusal(413, "APIG.0201", "The request body is too large.")
    }
    let headers = request.head.headers
    if let code = headers.first(name: "x-apig-appcode") {
      return gateway.appCodes.contains(code)
        ? nil : refusal(401, "APIG.0303", "Incorrect app authentication information: app not found")
    }
    if let identifier = headers.first(name: "x-hw-id") {
      let key = headers.first(name: "x-hw-appkey")
      return key != nil && gateway.appKeys[identifier] == key
        ? nil : refusal(401, "APIG.0303", "Incorrect app authentication information: app not found")
    }
    if let text = headers.first(name: "x-auth-token") { return check(token: text) }
    if let authorization = headers.first(name: "authorization") { return check(authorization, request) }
    return refusal(401, "APIG.0301", "Incorrect IAM authentication information: x-auth-token not found")
  }

  private func check(token: String) -> ByteBuffer? {
    switch GatewayToken.find(token, gateway, now: now) {
    case .valid: nil
    case .expired: refusal(401, "APIG.0307", "The token must be updated.")
    case .unreadable: refusal(401, "APIG.0301", "Incorrect IAM authentication information: decrypt token fail")
    }
  }

  private func check(_ authorization: String, _ request: IncomingRequest) -> ByteBuffer? {
    if authorization.hasPrefix("Basic ") {
      let pairs = gateway.appKeys.map { Base64Text.encode(Array("\($0.key):\($0.value)".utf8)) }
      return pairs.contains(Array(authorization.utf8.dropFirst("Basic ".utf8.count)))
        ? nil : refusal(401, "APIG.0303", "Incorrect app authentication information: app not found")
    }
    guard let check = SignatureCheck(authorization: authorization) else {
      return refusal(401, "APIG.0301", "Incorrect IAM authentication information: the authorization header is wrong")
    }
    let isApp = gateway.appKeys[check.access] != nil
    let (code, kind) = isApp ? ("APIG.0303", "app") : ("APIG.0301", "IAM")
    guard let secret = gateway.appKeys[check.access] ?? gateway.accessKeys[check.access] else {
      return refusal(
        401, "APIG.0303", "Incorrect app authentication information: app not found, appkey \(check.access)")
    }
    let date = request.head.headers.first(name: "x-sdk-date") ?? ""
    guard let seconds = Self.seconds(date), abs(seconds - now) <= Self.tolerance else {
      return refusal(
        401, code,
        "Incorrect \(kind) authentication information: signature expired, signature time:\(date),server time:"
          + Self.text(now))
    }
    guard check.isValid(request, secret: secret) else {
      return refusal(401, code, "Incorrect \(kind) authentication information: verify aksk signature fail")
    }
    return nil
  }

  private func refusal(_ status: Int, _ code: String, _ message: String) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"error_msg":"#)
    body.writeJSON(message)
    body.writeStaticString(#","error_code":"#)
    body.writeJSON(code)
    body.writeStaticString(#","request_id":"#)
    body.writeJSON("\(format.number)")
    body.writeStaticString("}")
    return format.response(status, body: body)
  }

  // MARK: - The identity service

  private func token(_ request: IncomingRequest) -> ByteBuffer {
    let document = try? JSONParser.parse(request.bytes)
    let identity = document?["auth"]?["identity"]
    let asked = identity?["password"]?["user"]
    let user = gateway.users.first { user in
      identity?["methods"]?.arrayValue?.compactMap(\.stringValue) == ["password"]
        && asked?["name"]?.stringValue == user.name && asked?["password"]?.stringValue == user.password
        && asked?["domain"]?["name"]?.stringValue == user.domain
        && document?["auth"]?["scope"]?["project"]?["name"]?.stringValue == user.project
    }
    var body = ByteBuffer()
    guard let user else {
      body.writeStaticString(
        #"{"error":{"message":"The username or password is wrong.","code":401,"title":"Unauthorized"}}"#)
      return format.response(401, body: body)
    }
    let lifetime = Int(gateway.tokenLifetime.components.seconds)
    body.writeStaticString(#"{"token":{"expires_at":"#)
    body.writeJSON(LocalTime.text(Int64(now + lifetime) * 1_000_000_000, fraction: true) + "Z")
    body.writeStaticString(#","issued_at":"#)
    body.writeJSON(LocalTime.text(Int64(now) * 1_000_000_000, fraction: true) + "Z")
    body.writeStaticString(#","methods":["password"],"catalog":[],"roles":[],"project":{"name":"#)
    body.writeJSON(user.project)
    body.writeStaticString("}}}")
    let token = GatewayToken(for: user, issued: now, epoch: gateway.tokenEpoch)
    return format.response(201, body: body, extra: [("X-Subject-Token", token.text)])
  }

  // MARK: - Dates

  /// A date such as 20240115T083000Z in seconds since 1970; nothing for what is none.
  static func seconds(_ text: String) -> Int? {
    let digits = Array(text.utf8)
    guard digits.count == 16, digits[8] == UInt8(ascii: "T"), digits[15] == UInt8(ascii: "Z") else { return nil }
    let numbers = [0..<4, 4..<6, 6..<8, 9..<11, 11..<13, 13..<15].compactMap {
      Int(String(decoding: digits[$0], as: UTF8.self))
    }
    guard numbers.count == 6, (1970...9999).contains(numbers[0]), (1...12).contains(numbers[1]) else { return nil }
    let (year, month, day) = (numbers[0], numbers[1], numbers[2])
    // By years that begin in March; the calendar of the Date header is the judge of days that do not exist.
    let shifted = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    guard days >= 0, HTTPDate.civil(days) == (year, month, day) else { return nil }
    return days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
  }

  /// Seconds since 1970 as a date such as 20240115T083000Z.
  static func text(_ seconds: Int) -> String {
    LocalTime.text(Int64(max(0, seconds)) * 1_000_000_000, fraction: false).filter { $0 != "-" && $0 != ":" } + "Z"
  }
}
