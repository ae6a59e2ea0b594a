import NPUBase
import NPUModelArts
import NPUTransport
import Testing

@Suite("A signature of a request")
struct RequestSignerTests {
  /// A request that Huawei's signers have signed, and what each of them made of it.
  struct Vector: Sendable, CustomTestStringConvertible {
    var json: JSONValue
    var dialect: SigningDialect

    var testDescription: String { "\(json["name"]?.string ?? "") \(dialect.rawValue)" }

    /// What the signer of the dialect gave.
    var expected: JSONValue {
      dialect == .apig && json["apigSignerAgrees"] == false ? json["apigSigner"] ?? .null : json
    }

    func request() throws -> SignableRequest {
      try SignableRequest(
        method: json["method"]?.string ?? "", address: json["url"]?.string ?? "",
        fields: (json["headers"]?.object ?? [:]).map { .init($0.key, $0.value.string ?? "") },
        payload: PayloadDigest.payload(of: Array((json["body"]?.string ?? "").utf8)))
    }

    func signer() throws -> RequestSigner {
      let key = AccessKey(Secret(json["ak"]?.string ?? ""), Secret(json["sk"]?.string ?? ""))
      return RequestSigner(
        key: key, date: try SigningDate(json["date"]?.string ?? "20200101T000000Z"), dialect: dialect)
    }
  }

  static let vectors: [Vector] = {
    let list = (try? Goldens.file("aksk-vectors"))?["vectors"]?.array ?? []
    return list.flatMap { json in SigningDialect.allCases.map { Vector(json: json, dialect: $0) } }
  }()

  @Test("is that of Huawei's signers, in both dialects", arguments: vectors)
  func golden(_ vector: Vector) throws {
    let signature = try vector.signer().sign(try vector.request())
    #expect(signature.canonicalRequest == vector.expected["canonicalRequest"]?.string)
    #expect(signature.stringToSign == vector.expected["stringToSign"]?.string)
    #expect(signature.authorization == vector.expected["authorization"]?.string)
  }

  @Test("is compared with all vectors that there are") func count() { #expect(Self.vectors.count == 40) }

  @Test("is that of the tests of Huawei's SDK", arguments: ["", #"{"name":"test","id":1}"#])
  func sourceTests(body: String) throws {
    let tests = try #require(try Goldens.file("aksk-vectors")["sourceTests"]?.array)
    let test = try #require(tests.first { $0["body"]?.string == body })
    let request = try SignableRequest(
      method: test["method"]?.string ?? "", address: test["url"]?.string ?? "",
      fields: [.init("X-Sdk-Date", "20200608T023900Z"), .init("TEST_UNDERSCORE", "TEST_VALUE")],
      payload: PayloadDigest.payload(of: Array(body.utf8)))
    let signer = RequestSigner(key: AccessKey("AccessKey", "SecretKey"), date: .now, dialect: .sdk)
    #expect(try signer.sign(request).authorization == test["authorization"]?.string)
  }

  private static let signer = RequestSigner(
    key: AccessKey("AK", "SK"), date: SigningDate(secondsSince1970: 1_705_307_400))

  private func canonical(
    _ address: String, fields: [SignableRequest.Field] = [], payload: SignableRequest.Payload = .empty,
    dialect: SigningDialect = .apig
  ) throws -> [Substring] {
    var signer = Self.signer
    signer.dialect = dialect
    return try signer.sign(SignableRequest(method: "post", address: address, fields: fields, payload: payload))
      .canonicalRequest.split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test("has the query sorted by code points, of one key by its values, whatever the script")
  func query() throws {
    let lines = try canonical("https://h/p?%E4%BA%BA=2&z=1&Z=1&%E4%BA%BA=10&e%CC%81=1&%C3%A9=1&=none")
    #expect(lines[0] == "POST")
    #expect(lines[2] == "Z=1&e%CC%81=1&z=1&%C3%A9=1&%E4%BA%BA=10&%E4%BA%BA=2")
  }

  @Test(
    "has a path that is decoded and encoded again, and ends in a slash",
    arguments: [
      ("https://h", "/"), ("https://h?a=1", "/"), ("https://h/模型", "/%E6%A8%A1%E5%9E%8B/"),
      ("https://h/%E6%A8%A1%E5%9E%8B", "/%E6%A8%A1%E5%9E%8B/"), ("https://h/100%", "/100%25/"),
      ("https://h/%zz/%4", "/%25zz/%254/"), ("https://h/%ff", "/%EF%BF%BD/"), ("https://h/a#b?c", "/a/"),
      ("https://h/\u{338}x", "/%CC%B8x/"),
    ])
  func path(address: String, expected: String) throws { #expect(try canonical(address)[1] == expected) }

  @Test("leaves out a body that nobody knows beforehand, in both dialects", arguments: SigningDialect.allCases)
  func unsigned(dialect: SigningDialect) throws {
    let lines = try canonical("https://h/", payload: .unsigned, dialect: dialect)
    #expect(lines.contains("x-sdk-content-sha256:UNSIGNED-PAYLOAD"))
    #expect(lines.last == "UNSIGNED-PAYLOAD")
  }

  @Test("of the SDK leaves out a body that is no JSON, and takes the hash of nothing where there is none")
  func mediaTypes() throws {
    let form = [SignableRequest.Field("content-type", "multipart/form-data; boundary=x")]
    let digest = SignableRequest.Payload.digest("abc")
    #expect(try canonical("https://h/", fields: form, payload: digest, dialect: .sdk).last == "UNSIGNED-PAYLOAD")
    #expect(try canonical("https://h/", fields: form, payload: digest, dialect: .apig).last == "abc")
    let empty = try canonical("https://h/", fields: form, dialect: .sdk)
    #expect(empty.last == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(empty.contains("x-sdk-content-sha256:UNSIGNED-PAYLOAD"))
    let bson = [SignableRequest.Field("Content-Type", "application/bson")]
    #expect(try canonical("https://h/", fields: bson, payload: digest, dialect: .sdk).last == "abc")
  }

  @Test("tells which fields must be sent with it")
  func addedFields() throws {
    var signer = Self.signer
    signer.key.securityToken = "token"
    signer.key.project = "p1"
    let signature = try signer.sign(try SignableRequest(method: "GET", address: "https://h/"))
    #expect(signature.addedFields.map(\.name) == ["X-Sdk-Date", "X-Security-Token", "X-Project-Id"])
    #expect(signature.addedFields.first?.value == "20240115T083000Z")
    #expect(signature.canonicalRequest.contains("\nhost;x-project-id;x-sdk-date;x-security-token\n"))
    let dated = try SignableRequest(
      method: "GET", address: "https://h/", fields: [.init("x-sdk-date", "20200101T000000Z")])
    #expect(try Self.signer.sign(dated).addedFields.isEmpty)
    #expect(try Self.signer.sign(dated).stringToSign.contains("\n20200101T000000Z\n"))
  }

  @Test(
    "is refused to what cannot be sent",
    arguments: [
      ("host/path", "GET", "AK", "SK", ModelArtsError.Kind.invalidAddress),
      ("ftp://h/", "GET", "AK", "SK", .invalidAddress), ("https:///p", "GET", "AK", "SK", .invalidAddress),
      ("https://u:p@h/", "GET", "AK", "SK", .invalidAddress), ("https://h/", "X-A: 1\r\nB", "AK", "SK", .invalidHeader),
      ("https://h/", "ok", "", "SK", .invalidHeader), ("https://h/", "ok", "AK", "SK\n", .invalidHeader),
    ])
  func refusals(address: String, value: String, key: String, secret: String, kind: ModelArtsError.Kind) {
    let error = #expect(throws: ModelArtsError.self) {
      let request = try SignableRequest(method: "GET", address: address, fields: [.init("X-A", value)])
      _ = try RequestSigner(key: AccessKey(Secret(key), Secret(secret)), date: .now).sign(request)
    }
    #expect(error?.kind == kind)
  }

  @Test("shows neither key nor secret in a description of its signer")
  func secrecy() {
    let signer = RequestSigner(key: AccessKey("AKAKAKAK", "SKSKSKSK", securityToken: "TOKENTOK"), date: .now)
    var dumped = ""
    dump(signer, to: &dumped)
    for text in [dumped, "\(signer)", String(reflecting: signer)] {
      for secret in ["AKAKAKAK", "SKSKSKSK", "TOKENTOK"] { #expect(!text.contains(secret)) }
    }
  }
}

@Suite("A date of a signature")
struct SigningDateTests {
  @Test(
    "is read and written alike",
    arguments: ["20240115T083000Z", "19700101T000000Z", "20240229T235959Z", "00010101T000000Z", "99991231T235959Z"])
  func roundTrip(text: String) throws { #expect(try SigningDate(text).description == text) }

  @Test("counts seconds") func seconds() throws {
    #expect(try SigningDate("20240115T083000Z").secondsSince1970 == 1_705_307_400)
    #expect(try SigningDate("19691231T235959Z").secondsSince1970 == -1)
    #expect(SigningDate(secondsSince1970: -1).description == "19691231T235959Z")
  }

  @Test("holds what lies outside four digits of a year at their limits") func limits() {
    #expect(SigningDate(secondsSince1970: .max).description == "99991231T235959Z")
    #expect(SigningDate(secondsSince1970: .min).description == "00000101T000000Z")
  }

  @Test(
    "is refused where it is none",
    arguments: ["", "20240115", "20240115T083000", "20240230T000000Z", "20240115T240000Z", "2024011ٱT083000Z", "２０２４"])
  func refusals(text: String) {
    #expect(throws: ModelArtsError.self) { try SigningDate(text) }
  }
}
