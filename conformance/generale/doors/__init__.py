"""The doors of the driver contract: how a rehearsal reaches a vendor's product (project-defined).

Three doors stand open in this version: HTTP (``HttpDoor``, served by ``product_app``), command
(``CommandDoor``) and Python (``python_door``). The contract itself is ``generale.driver``. Its HTTP form is
described in ``docs/reference/driver.openapi.yaml``, its lines in ``docs/reference/command-door.md``.
"""
