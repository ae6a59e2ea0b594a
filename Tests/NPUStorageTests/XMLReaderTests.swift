import Testing

@testable import NPUStorage

@Suite("An XML document of an object store")
struct XMLReaderTests {
  private static let list = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!-- a > b -->
    <s3:List xmlns:s3="http://x/" a='>'>
      <Name>batch &amp; &lt;more&gt; &#x4E2D;&#25991;</Name><Empty/><Blank></Blank>
      <Contents><Key><![CDATA[a<b]]>&quot;</Key></Contents>
      <Contents><Key>c</Key></Contents>
    </s3:List>
    """

  @Test("is read with its references, sections and empty elements")
  func reads() throws {
    let root = try XMLReader.read(Array(Self.list.utf8))
    #expect(root.name == "List")
    #expect(root["Name"] == "batch & <more> 中文")
    #expect(root["Empty"] == "" && root["Blank"] == "" && root["Other"] == nil)
    #expect(root.all("Contents").map { $0["Key"] } == ["a<b\"", "c"])
  }

  @Test("that is cut anywhere is refused")
  func cut() {
    let bytes = Array(Self.list.utf8)
    for count in 0..<bytes.count {
      #expect(throws: XMLReader.Fault.self) { try XMLReader.read(Array(bytes[..<count])) }
    }
  }

  @Test(
    "that breaks the grammar is refused",
    arguments: [
      "", "text", "<a></b>", "<a>&x;</a>", "<a>&#xD800;</a>", "<a/><b/>", "<a></a>b", "</a>", "<>", "<a b=\"></a>",
    ])
  func malformed(text: String) {
    #expect(throws: XMLReader.Fault.malformed) { try XMLReader.read(Array(text.utf8)) }
  }

  @Test("with a document type or too many levels is refused")
  func hostile() {
    #expect(throws: XMLReader.Fault.documentType) {
      try XMLReader.read(Array("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".utf8))
    }
    let deep = String(repeating: "<a>", count: 100_000)
    #expect(throws: XMLReader.Fault.tooDeep) { try XMLReader.read(Array(deep.utf8)) }
  }

  @Test("of other bytes never traps", arguments: 0..<200)
  func mutated(seed: Int) {
    var bytes = Array(Self.list.utf8)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<(1 + seed % 7) {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    _ = try? XMLReader.read(bytes)
  }
}
