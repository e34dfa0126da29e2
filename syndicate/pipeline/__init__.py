"""The flows, as straight lines.

    publish:  read | parse | compose | write | decide | remember | put | announce
    deliver:  due  | say   | send    | judge | decide | settle

The order is the safety. Ids are remembered before a document that shows them is put; what is published and what
is to be told of it are recorded, in one transaction, after the documents are public; then it is sent. After a
crash between *send* and *settle* it is sent again, with the same id and the same bytes.
"""
