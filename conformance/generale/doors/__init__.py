"""The doors of the driver contract: how a rehearsal reaches a vendor's product (project-defined).

Two doors stand open in this version: HTTP (``HttpDoor``, served by ``product_app``) and Python
(``python_door``). The contract itself is ``generale.driver``; its HTTP form is described in
``docs/reference/driver.openapi.yaml``.
"""
