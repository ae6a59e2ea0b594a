import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What an XML reader finds in a JUnit document.
final class JUnitReading: NSObject, XMLParserDelegate {
  struct Case {
    var name: String
    /// The name of the element that says how it ended, its attributes and its text.
    var outcome: String?
    var attributes: [String: String] = [:]
    var text = ""
    var output = ""
  }

  private(set) var suite: [String: String] = [:]
  private(set) var cases: [Case] = []
  private var element = ""

  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    let isRead = parser.parse()
    try #require(isRead, "not well-formed: \(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    element = name
    switch name {
    case "testsuite": suite = attributes
    case "testcase": cases.append(Case(name: attributes["name"] ?? ""))
    case "failure", "error", "skipped":
      guard !cases.isEmpty else { return }
      cases[cases.count - 1].outcome = name
      cases[cases.count - 1].attributes = attributes
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    guard !cases.isEmpty else { return }
    switch element {
    case "failure", "error": cases[cases.count - 1].text += text
    case "system-out": cases[cases.count - 1].output += text
    default: break
    }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    element = ""
  }
}
